// See compare.h.
#include "ops/common/compare.h"

#include "ops/common/quantization.h"

namespace midge {
namespace {

/// m / 2^exponent; 0 where nothing is left of it.
Multiplier divide_by_pot(const Multiplier& m, int32_t exponent) {
  return m.shift - exponent < -31 ? Multiplier{} : Multiplier{m.value, m.shift - exponent};
}

}  // namespace

Status prepare_scaled_comparison(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  const Tensor a = c.input(0), b = c.input(1);
  const bool exact = a.type == Type::kInt16 && a.quantization.count == 0 && b.quantization.count == 0;
  if (!exact) {
    MIDGE_TRY(check_scale(a));
    MIDGE_TRY(check_scale(b));
  }
  ScaledComparison* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  p->a_offset = -a.zero_point();
  p->b_offset = -b.zero_point();
  if (!quantize_ratio(exact ? 0.5f : a.scale(), 1, 1, 0, &p->a).ok()) return c.fail_input(0, Code::kScaleRange);
  if (!quantize_ratio(exact ? 0.5f : b.scale(), 1, 1, 0, &p->b).ok()) return c.fail_input(1, Code::kScaleRange);
  const int32_t excess = max<int32_t>(0, max(p->a.shift, p->b.shift));
  p->a = divide_by_pot(p->a, excess);
  p->b = divide_by_pot(p->b, excess);
  return Code::kOk;
}

}  // namespace midge
