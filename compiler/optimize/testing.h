// What the tests of the passes are written with: small graphs, random inputs, outputs before and after.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "compiler/ir/graph.h"
#include "compiler/optimize/pass.h"

namespace midge::testing {

/// Builds the main graph of a module, operator by operator; dimensions come from the operators' own prepare().
class Builder {
 public:
  ir::Module module;
  explicit Builder(uint32_t seed = 1) : random_(seed) { module.graphs.emplace_back(); }
  ir::Graph& graph() { return module.main(); }

  int32_t input(ir::Dims dims, Type type = Type::kFloat32, ir::Quantization q = {});
  int32_t floats(ir::Dims dims, std::vector<float> values);
  /// Normal numbers times `spread`.
  int32_t random(ir::Dims dims, float spread = 1);
  int32_t ints(std::vector<int32_t> values, ir::Dims dims = {});
  /// An operator with one output of the first data input's encoding, or `type` and `q`. Returns the output.
  int32_t op(Builtin code, std::vector<int32_t> inputs, std::map<std::string, ir::Option> options = {});
  int32_t op_as(Type type, ir::Quantization q, Builtin code, std::vector<int32_t> inputs, std::map<std::string, ir::Option> options = {});
  /// An operator with several outputs.
  std::vector<int32_t> split(int32_t x, int32_t axis, int32_t pieces);
  int32_t conv(int32_t x, int32_t outputs, int32_t size, int32_t stride = 1, Padding padding = Padding::kValid, bool bias = true);
  int32_t depthwise(int32_t x, int32_t size, int32_t stride = 1, Padding padding = Padding::kValid);
  int32_t transpose(int32_t x, std::vector<int32_t> permutation);
  int32_t reshape(int32_t x, ir::Dims dims);
  void output(int32_t t) { graph().outputs.push_back(t); }

 private:
  std::mt19937 random_;
};

using Values = std::vector<ir::Bytes>;

/// Random bytes for integers, normal numbers for floats; the same for the same seed.
Values random_inputs(const ir::Module& module, uint32_t seed);
/// Runs the module on the device's kernels.
Values run(const ir::Module& module, const Values& inputs);
/// Inputs of the source model, laid out as the optimised one takes them.
Values with_layout(const ir::Module& before, const ir::Module& after, const Values& inputs);
/// The optimised model's outputs, laid out as the source has them.
Values without_layout(const ir::Module& before, const ir::Module& after, const Values& outputs);

/// Runs both on `samples` random inputs. Integer outputs must be equal byte for byte, float ones within `tolerance` times the largest
/// of the output.
void expect_same(const ir::Module& before, const ir::Module& after, double tolerance = 1e-5, int samples = 3);

/// Runs the pass alone until it changes nothing, and compares what the graph computes. Returns the changed module.
ir::Module run_pass(const std::string& name, const ir::Module& before, double tolerance = 1e-5);
/// All passes.
ir::Module run_all(const ir::Module& before, bool keep_layout = false, double tolerance = 1e-5, std::vector<Diagnostic>* warnings = nullptr);

/// "CONV_2D RELU": the operators in order.
std::string operators(const ir::Module& module);
size_t count(const ir::Module& module, Builtin code);

}  // namespace midge::testing
