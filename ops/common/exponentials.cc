// See exponentials.h.
#include "ops/common/exponentials.h"

namespace midge {

Status prepare_exponentials(float input_scale, float beta, Exponentials* out) {
  constexpr int kFractionBits = 26;
  // A multiplier beyond 31 bits is cut off there: every exponential but the largest input's is then 0 anyway.
  Multiplier m;
  if (!quantize_ratio(beta, input_scale, 1, kFractionBits, &m).ok()) m = Multiplier{INT32_MAX, 31};
  if (m.shift < 1) return Code::kScaleRange;
  out->scale = m;
  out->least = -static_cast<int32_t>((INT64_C(31) << kFractionBits) >> m.shift);
  return Code::kOk;
}

}  // namespace midge
