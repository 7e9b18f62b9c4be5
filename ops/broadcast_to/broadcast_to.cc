// BROADCAST_TO: prepare and eval.
#include "ops/broadcast_to/broadcast_to.h"

#include "kernels/broadcast/broadcast.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kIn = 0, kDims = 1;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 1, kDims));
  MIDGE_TRY(check_movable(c, kIn));
  CheckedInts dims;
  Shape out, common;
  MIDGE_TRY(read_shape(c, kDims, &dims, &out));
  MIDGE_TRY(c.set_output_shape(0, out));
  Broadcast plan;
  if (!plan_broadcast(c.input(kIn).shape, out, &common, &plan).ok() || common != out) return c.fail_input(kIn, Code::kShapeMismatch);
  BroadcastToData* p;
  MIDGE_TRY(c.allocate(&p));
  p->dims = dims;
  p->copy.rank = plan.rank;
  p->copy.element_bytes = static_cast<int32_t>(type_bytes(c.output(0).type));
  for (int32_t d = 0; d < plan.rank; ++d) {
    p->copy.dims[d] = plan.dims[d];
    p->copy.from_step[d] = plan.a[d];
    p->copy.to_step[d] = plan.b[d];
  }
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const BroadcastToData& p = c.data<BroadcastToData>();
  MIDGE_TRY(check_ints(c, kDims, p.dims));
  strided_copy(p.copy, c.input<uint8_t>(kIn), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(broadcast_to, midge::kAll)
