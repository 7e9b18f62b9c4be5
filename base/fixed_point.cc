// Conversion of real multipliers to fixed point. The bit patterns of the numbers are used, so that no libm is needed.
#include "base/fixed_point.h"

#include "base/memory.h"
#include "base/span.h"

namespace midge {

namespace {

/// mantissa * 2^(shift - 53) with 2^52 <= mantissa < 2^53, rounded to 31 bits.
Status round_to_multiplier(uint64_t mantissa, int32_t shift, Multiplier* out) {
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

/// A float that is not negative as mantissa * 2^exponent with 2^23 <= mantissa < 2^24; mantissa 0 for 0.
struct Parts {
  uint32_t mantissa;
  int32_t exponent;
};
Parts parts_of(float f) {
  uint32_t bits;
  memcpy(&bits, &f, sizeof bits);
  if (bits == 0) return {0, 0};
  Parts p{(bits & 0x7fffff) | (bits >> 23 != 0 ? 0x800000 : 0), static_cast<int32_t>(max(bits >> 23, uint32_t{1})) - 150};
  while (p.mantissa < 0x800000) {  // subnormal
    p.mantissa <<= 1;
    --p.exponent;
  }
  return p;
}

/// q * 2^exponent, q of 54 to 56 bits, `inexact` where it is a little more.
Status round_quotient(uint64_t q, bool inexact, int32_t exponent, Multiplier* out) {
  // Round to 53 bits, ties to even, as a double division does.
  const int32_t drop = 64 - __builtin_clzll(q) - 53;  // 1 to 3
  const uint64_t low = q & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
  q >>= drop;
  int32_t shift = exponent + 53 + drop;
  if (low > half || (low == half && (inexact || (q & 1) != 0))) ++q;
  if (q >> 53 != 0) {
    q >>= 1;
    ++shift;
  }
  return round_to_multiplier(q, shift, out);
}

}  // namespace

Status quantize_ratio(float a, float b, float c, int32_t exponent, Multiplier* out) {
  *out = Multiplier{};
  const Parts pa = parts_of(a), pb = parts_of(b), pc = parts_of(c);
  if (pa.mantissa == 0 || pb.mantissa == 0) return Code::kOk;
  if (pc.mantissa == 0) return Code::kScaleRange;
  // The quotient with 30 more bits than the first division gives: 54 to 56 bits, and a remainder for the tie.
  const uint64_t product = static_cast<uint64_t>(pa.mantissa) * pb.mantissa << 1;
  const uint64_t rest = product % pc.mantissa << 30;
  const uint64_t q = (product / pc.mantissa << 30) + rest / pc.mantissa;
  return round_quotient(q, rest % pc.mantissa != 0, pa.exponent + pb.exponent - pc.exponent + exponent - 31, out);
}

Status quantize_quotient(float a, float b, float c, Multiplier* out) {
  *out = Multiplier{};
  const Parts pa = parts_of(a), pb = parts_of(b), pc = parts_of(c);
  if (pb.mantissa == 0 || pc.mantissa == 0) return Code::kScaleRange;
  if (pa.mantissa == 0) return Code::kOk;
  constexpr int32_t kBits = 54;  // of the quotient below 1; above are none to 2
  const uint64_t divisor = static_cast<uint64_t>(pb.mantissa) * pc.mantissa, dividend = static_cast<uint64_t>(pa.mantissa) << 24;
  uint64_t q = dividend / divisor, rest = dividend % divisor;
  for (int32_t i = 0; i < kBits; ++i) {
    rest <<= 1;
    q = q << 1 | (rest >= divisor ? 1 : 0);
    if (rest >= divisor) rest -= divisor;
  }
  return round_quotient(q, rest != 0, pa.exponent - pb.exponent - pc.exponent - 24 - kBits, out);
}

int32_t round_to_int(float x) {
  if (!(x > -2147483648.0f)) return x <= -2147483648.0f ? INT32_MIN : 0;
  if (x >= 2147483648.0f) return INT32_MAX;
  const int32_t whole = static_cast<int32_t>(x);
  const float rest = x - static_cast<float>(whole);  // exact
  return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

}  // namespace midge
