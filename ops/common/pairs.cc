// See pairs.h.
#include "ops/common/pairs.h"

namespace midge {

Status prepare_broadcast(PrepareContext& c, Broadcast* plan) {
  MIDGE_TRY(c.expect(2, 2));
  Shape out;
  if (!plan_broadcast(c.input(0).shape, c.input(1).shape, &out, plan).ok()) return c.fail_input(1, Code::kShapeMismatch);
  return c.set_output_shape(0, out);
}

Status prepare_pairs(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  Broadcast* p;
  MIDGE_TRY(c.allocate(&p));
  *p = plan;
  return Code::kOk;
}

}  // namespace midge
