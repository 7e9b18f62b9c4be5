// See movement.h.
#include "ops/common/movement.h"

namespace midge {

Status check_movable(const PrepareContext& c, uint32_t slot) {
  const Tensor in = c.input(slot), out = c.output(0);
  if (in.type != out.type || type_bytes(in.type) == 0 || type_bytes(in.type) > 8) return c.fail_input(slot, Code::kUnsupportedType);
  return Code::kOk;
}

Status prepare_strided_copy(PrepareContext& c, const StridedCopy& copy) {
  StridedCopy* p;
  MIDGE_TRY(c.allocate(&p));
  *p = copy;
  p->element_bytes = static_cast<int32_t>(type_bytes(c.output(0).type));
  return Code::kOk;
}

Status eval_strided_copy(const EvalContext& c) {
  strided_copy(c.data<StridedCopy>(), c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

}  // namespace midge
