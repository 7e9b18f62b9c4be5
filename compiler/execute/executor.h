// Executor: a float graph run over many samples at once, fast: calibration, quantisation and evaluation stand on it.
//
// Convolutions, fully connected layers, poolings and elementwise operators have kernels of their own here, with SIMD and threads;
// every other operator runs sample by sample through OneOp, on the device's kernels. Results are float32 within rounding of those
// of the device's float kernels, not the same bytes: sums are taken in another order. The same machine gives the same bytes
// whatever the number of threads.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

/// A tensor's elements for `samples` samples, one after the other.
struct Activation32 {
  Type type = Type::kFloat32;
  ir::Bytes bytes;

  std::span<float> floats() { return {reinterpret_cast<float*>(bytes.data()), bytes.size() / sizeof(float)}; }
  std::span<const float> floats() const { return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)}; }
};

/// Called for each float tensor as soon as it has been computed, and for float graph inputs; may change the values in place (as
/// fake quantisation does), and later operators see the change.
using Visitor = std::function<void(int32_t tensor, std::span<float> values, size_t samples)>;

class Executor {
 public:
  /// Takes a copy of the graph (constants are shared); its dimensions must be fixed. threads 0: all cores. DiagnosticError (exit 1) if
  /// an operator cannot run.
  explicit Executor(const ir::Graph& graph, unsigned threads = 0);
  ~Executor();

  /// Runs the whole graph on `samples` samples; `inputs` has one entry for each graph input. Memory is freed as soon as the last
  /// reader of a tensor has run. Returns the graph outputs. A visitor is called once for each tensor, with all samples, so that all
  /// samples of the tensors alive are in memory: take good_batch() at a time. Without one, memory does not grow with the samples, but
  /// for inputs and outputs.
  std::vector<Activation32> run(std::span<const Activation32> inputs, size_t samples, const Visitor& visit = {});

  /// How many samples to give run() at a time: enough to keep all cores busy, with at most some 64 MB of tensors.
  size_t good_batch() const;

  /// Runs one operator on given values: `tensors` maps tensor indices to their values and receives the outputs.
  void run_op(size_t op, std::map<int32_t, Activation32>& tensors, size_t samples);

  /// Runs an operator that computes weights * input + bias with other weights and bias than the graph's (floats, the graph's layout).
  void set_constant(int32_t tensor, std::span<const float> values);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Splits [0, n) over the cores: body(begin, end). Nested calls run in the calling thread.
void parallel_for(size_t n, size_t least_per_thread, const std::function<void(size_t, size_t)>& body);

}  // namespace midge
