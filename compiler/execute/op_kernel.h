// OpKernel: what runs one operator of a float graph on many samples. The executor makes one for each operator.
//
// A tensor's values for n samples lie one after the other, each sample in the graph's layout; a constant is there once. A kernel
// may use parallel_for. Each output element must be the same bytes however many samples run together and however the work is split:
// a sum is taken in an order that depends on the operator alone.
#pragma once
#include <memory>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

struct OpValues {
  std::vector<const uint8_t*> inputs;  ///< an entry for each of the operator's inputs; null: absent
  std::vector<uint8_t*> outputs;
  size_t samples = 0;

  const float* in(size_t i) const { return reinterpret_cast<const float*>(inputs[i]); }
  float* out(size_t i) const { return reinterpret_cast<float*>(outputs[i]); }
};

class OpKernel {
 public:
  virtual ~OpKernel() = default;
  /// May be called by several threads at once.
  virtual void run(const OpValues& values) = 0;
};

/// The device's kernels, sample by sample. DiagnosticError (exit 1) if none takes it. Both keep references to graph and op.
std::unique_ptr<OpKernel> make_device_kernel(const ir::Graph& graph, const ir::Op& op);
/// A fast kernel of kernels/, or null if there is none for this operator with these types and options.
std::unique_ptr<OpKernel> make_fast_kernel(const ir::Graph& graph, const ir::Op& op);

}  // namespace midge
