// IntegerRunner: a .tflite model of any types run over many samples on all cores, by the interpreter and kernels of the device.
//
// Each thread has an interpreter of its own and takes samples as it gets free. Samples are independent: variables are reset before
// each. Results are in the order of the samples and are the same bytes whatever the number of threads. With a visitor all tensors
// are kept, and each tensor's values of all samples of the call are handed over together; memory is then samples times
// bytes_per_sample(), so take good_batch() samples a call.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "compiler/execute/executor.h"
#include "compiler/ir/graph.h"

namespace midge {

/// A tensor of the main graph and its elements as they are stored, sample after sample. In the order of the tensors' indices, from
/// the calling thread.
using RawVisitor = std::function<void(int32_t tensor, std::span<const uint8_t> values, size_t samples)>;

class IntegerRunner {
 public:
  /// `name` stands in messages. threads 0: all cores. DiagnosticError (exit 1) if the model is not accepted.
  IntegerRunner(std::span<const uint8_t> file, std::string name, unsigned threads = 0);
  ~IntegerRunner();

  /// The model as a graph; its tensors have the indices that visitors are given.
  const ir::Graph& graph() const;
  /// Of all tensors that are computed.
  size_t bytes_per_sample() const;
  /// How many samples to give run() at a time with a visitor.
  size_t good_batch() const;

  /// `inputs` has an entry for each graph input, of its type, or float32, which is then quantised as QUANTIZE does. Returns the
  /// outputs, of the model's types. DiagnosticError: exit 2 for inputs that do not fit, 1 if an operator fails.
  std::vector<Activation32> run(std::span<const Activation32> inputs, size_t samples, const RawVisitor& visit = {});
  /// The same with the outputs as real numbers: integers that are quantised are dequantised, others converted.
  std::vector<Activation32> run_real(std::span<const Activation32> inputs, size_t samples, const RawVisitor& visit = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// scale * (stored - zero_point) of each element, or its value where the tensor is not quantised. `out` has as many elements.
/// Types: floats of 16 and 32 bits, integers of 8 to 64 bits, bool; of others zeros.
void to_real(const ir::Tensor& tensor, std::span<const uint8_t> stored, std::span<float> out);
/// The other way: round(real / scale) + zero_point, half away from zero, clamped to the type.
void to_stored(const ir::Tensor& tensor, std::span<const float> real, std::span<uint8_t> out);

}  // namespace midge
