// See call.h.
#include "ops/common/call.h"

#include "base/memory.h"

namespace midge {

Status find_callee(const PrepareContext& c, uint32_t graph, Callee* out) {
  if (graph == 0 || graph >= c.model().subgraph_count()) return Code::kBadIndex;
  const Subgraph g = c.model().subgraph(graph);
  *out = Callee{graph, g.inputs, g.outputs};
  return Code::kOk;
}

Status check_handover(const PrepareContext& c, const Indices& from, uint32_t skip, const Indices& to) {
  if (from.count != to.count + skip) return Code::kTensorCount;
  for (uint32_t i = 0; i < to.count; ++i) {
    const Tensor a = c.tensor(from[skip + i]), b = c.tensor(to[i]);
    if (a.type != b.type || a.shape != b.shape) return Status(Code::kShapeMismatch, Place::kTensor, b.index);
  }
  return Code::kOk;
}

void hand_over(const EvalContext& c, const Indices& from, uint32_t skip, const Indices& to, const uint32_t* bytes) {
  for (uint32_t i = 0; i < to.count; ++i) memcpy(c.tensors[to[i]], c.tensors[from[skip + i]], bytes[i]);
}

}  // namespace midge
