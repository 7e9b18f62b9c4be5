// See rectifier.h.
#include "ops/common/rectifier.h"

#include "ops/common/quantization.h"

namespace midge {

Status prepare_rectifier(PrepareContext& c, RectifierRange range) {
  Rescaled plan;
  MIDGE_TRY(plan_rescaled(c, &plan));
  const Tensor out = c.output(0);
  const IntegerRange type = {plan.out.low, plan.out.high};
  plan.out.low = clamp(quantize_real(range.low, out), type.low, type.high);
  if (range.high < __builtin_inff()) plan.out.high = clamp(quantize_real(range.high, out), type.low, type.high);
  Rescaled* p;
  MIDGE_TRY(c.allocate(&p));
  *p = plan;
  return Code::kOk;
}

}  // namespace midge
