// Conversion of real multipliers to fixed point; the bit pattern of the double is used, so no libm is needed.
#include "base/fixed_point.h"

#include "base/memory.h"

namespace midge {

Status quantize_multiplier(double m, Multiplier* out) {
  *out = Multiplier{};
  uint64_t bits;
  memcpy(&bits, &m, sizeof bits);
  if (bits == 0) return Code::kOk;
  if (bits >> 63 != 0) return Code::kScaleRange;
  const int32_t exponent = static_cast<int32_t>(bits >> 52);
  if (exponent == 0) return Code::kOk;  // subnormal: far below 2^-32
  // m = fraction * 2^shift with 0.5 <= fraction < 1; the fraction's 53 bits are rounded to 31.
  int32_t shift = exponent - 1022;
  if (shift > 31) return Code::kScaleRange;
  const uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
  uint32_t value = static_cast<uint32_t>((mantissa + (UINT64_C(1) << 21)) >> 22);
  if (value == UINT32_C(1) << 31) {
    value >>= 1;
    ++shift;
  }
  if (shift < -31) return Code::kOk;
  if (shift > 31) return Code::kScaleRange;
  out->value = static_cast<int32_t>(value);
  out->shift = shift;
  return Code::kOk;
}

int32_t round_to_int(float x) {
  if (!(x > -2147483648.0f)) return x <= -2147483648.0f ? INT32_MIN : 0;
  if (x >= 2147483648.0f) return INT32_MAX;
  const int32_t whole = static_cast<int32_t>(x);
  const float rest = x - static_cast<float>(whole);  // exact
  return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

}  // namespace midge
