// OneOp: an operator of a graph alone, run by the kernels of the device. Shape inference, constant folding and the executor's
// fallback all stand on it, so that what the compiler believes about an operator is what its prepare() and eval() do.
#pragma once
#include <memory>
#include <span>

#include "compiler/ir/graph.h"
#include "ops/context.h"

namespace midge {

class HostModel;

class OneOp {
 public:
  /// Prepares the operator. Inputs that are not constants take part with their types and dimensions; outputs with their types only.
  /// DiagnosticError (exit 1), with the operator's source, if no kernel takes it.
  OneOp(const ir::Graph& graph, const ir::Op& op, Contract contract = Contract::kLitert);
  ~OneOp();
  OneOp(OneOp&&) noexcept;

  /// What prepare() says the outputs are.
  const std::vector<ir::Dims>& output_dims() const { return output_dims_; }
  /// Runs it. `inputs` has an entry for each of the operator's inputs; those of constants and absent ones are ignored.
  void run(std::span<const std::span<const uint8_t>> inputs);
  /// Sets variable tensors to their state before the first run().
  void reset();
  /// An output's bytes, until the next run().
  std::span<const uint8_t> output(size_t i) const;

 private:
  std::unique_ptr<HostModel> host_;
  std::vector<int32_t> graph_inputs_;  ///< for each of the operator's inputs, which input of the model it is, or -1
  std::vector<ir::Dims> output_dims_;
};

/// Sets the dimensions of what the operator makes. Types must be set. DiagnosticError (exit 1) if no kernel takes it.
void infer_dims(ir::Graph& graph, const ir::Op& op);

}  // namespace midge
