// Conversion of real multipliers to fixed point. The bit patterns of the numbers are used, so that no libm is needed.
#include "base/fixed_point.h"

#include "base/memory.h"
#include "base/span.h"

namespace midge {

namespace {

/// mantissa * 2^(shift - 53) with 2^52 <= mantissa < 2^53, or 0.
struct Real {
  uint64_t mantissa = 0;
  int32_t shift = 0;
};

/// Rounded to 31 bits.
Status round_to_multiplier(Real r, Multiplier* out) {
  uint32_t value = static_cast<uint32_t>((r.mantissa + (UINT64_C(1) << 21)) >> 22);
  if (value == UINT32_C(1) << 31) {
    value >>= 1;
    ++r.shift;
  }
  if (r.shift < -31) return Code::kOk;
  if (r.shift > 31) return Code::kScaleRange;
  out->value = static_cast<int32_t>(value);
  out->shift = r.shift;
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

/// q * 2^exponent, q of 54 to 56 bits, `inexact` where it is a little more; rounded to 53 bits, ties to even, as a double division does.
Real round_quotient(uint64_t q, bool inexact, int32_t exponent) {
  const int32_t drop = 64 - __builtin_clzll(q) - 53;  // 1 to 3
  const uint64_t low = q & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
  Real r{q >> drop, exponent + 53 + drop};
  if (low > half || (low == half && (inexact || (r.mantissa & 1) != 0))) ++r.mantissa;
  if (r.mantissa >> 53 != 0) {
    r.mantissa >>= 1;
    ++r.shift;
  }
  return r;
}

/// a * b / c, rounded to 53 bits.
Status quotient(float a, float b, float c, Real* out) {
  *out = Real{};
  const Parts pa = parts_of(a), pb = parts_of(b), pc = parts_of(c);
  if (pa.mantissa == 0 || pb.mantissa == 0) return Code::kOk;
  if (pc.mantissa == 0) return Code::kScaleRange;
  // The quotient with 30 more bits than the first division gives: 54 to 56 bits, and a remainder for the tie.
  const uint64_t product = static_cast<uint64_t>(pa.mantissa) * pb.mantissa << 1;
  const uint64_t rest = product % pc.mantissa << 30;
  const uint64_t q = (product / pc.mantissa << 30) + rest / pc.mantissa;
  *out = round_quotient(q, rest % pc.mantissa != 0, pa.exponent + pb.exponent - pc.exponent - 31);
  return Code::kOk;
}

constexpr int32_t kDoubleBias = 1022;  // of a Real's shift
constexpr uint64_t kHiddenBit = UINT64_C(1) << 52;

Real real_of(DoubleBits m) {
  if (m.high == 0) return {0, 0};
  const uint64_t bits = static_cast<uint64_t>(m.high) << 32 | m.low;
  return {(bits & (kHiddenBit - 1)) | kHiddenBit, static_cast<int32_t>(m.high >> 20) - kDoubleBias};
}

}  // namespace

Status quantize_ratio(float a, float b, float c, int32_t exponent, Multiplier* out) {
  *out = Multiplier{};
  Real r;
  MIDGE_TRY(quotient(a, b, c, &r));
  if (r.mantissa == 0) return Code::kOk;
  r.shift += exponent;
  return round_to_multiplier(r, out);
}

Status double_ratio(float a, float b, float c, DoubleBits* out) {
  *out = DoubleBits{};
  Real r;
  MIDGE_TRY(quotient(a, b, c, &r));
  if (r.shift > 31) return Code::kScaleRange;
  if (r.mantissa == 0) return Code::kOk;
  out->low = static_cast<uint32_t>(r.mantissa);
  out->high = static_cast<uint32_t>((r.mantissa & (kHiddenBit - 1)) >> 32) | static_cast<uint32_t>(r.shift + kDoubleBias) << 20;
  return Code::kOk;
}

Multiplier multiplier_of(DoubleBits m) {
  Multiplier result;
  const Real r = real_of(m);
  if (r.mantissa == 0 || !round_to_multiplier(r, &result).ok()) return Multiplier{};
  return result;
}

int32_t multiply_as_double(int64_t x, DoubleBits m) {
  const Real r = real_of(m);
  if (x == 0 || r.mantissa == 0) return 0;
  const uint64_t magnitude = x < 0 ? 0u - static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
  const uint64_t xl = static_cast<uint32_t>(magnitude), xh = magnitude >> 32, ml = static_cast<uint32_t>(r.mantissa), mh = r.mantissa >> 32;
  // The exact product, high * 2^64 + low.
  const uint64_t middle = xl * mh + xh * ml;  // below 2^54, each
  const uint64_t low_part = xl * ml;
  uint64_t low = low_part + (middle << 32);
  uint64_t high = xh * mh + (middle >> 32) + (low < low_part ? 1 : 0);
  // Its upper 64 bits, and whether anything is below them.
  int32_t right = 53 - r.shift;  // the value is the product / 2^right
  bool inexact = false;
  if (high != 0) {
    const int32_t drop = 64 - __builtin_clzll(high);  // 1 to 52
    inexact = low << (64 - drop) != 0;
    low = high << (64 - drop) | low >> drop;
    right -= drop;
  } else {
    const int32_t left = __builtin_clzll(low);
    low <<= left;
    right += left;
  }
  // To 53 bits, ties to even; then to an integer.
  const uint64_t rest = low & 0x7ff;
  low >>= 11;
  right -= 11;
  if (rest > 0x400 || (rest == 0x400 && (inexact || (low & 1) != 0))) ++low;
  const int32_t limit = x < 0 ? INT32_MIN : INT32_MAX;
  if (right > 63) return 0;
  if (right < 1) return limit;
  const uint64_t rounded = (low + (UINT64_C(1) << (right - 1))) >> right;
  if (rounded > 0x7fffffff) return limit;
  return x < 0 ? -static_cast<int32_t>(rounded) : static_cast<int32_t>(rounded);
}

Status quantize_ratio_by_integer(float a, float b, uint64_t divisor, int32_t exponent, Multiplier* out) {
  *out = Multiplier{};
  const Parts pa = parts_of(a), pb = parts_of(b);
  if (pa.mantissa == 0 || pb.mantissa == 0) return Code::kOk;
  uint64_t rest = static_cast<uint64_t>(pa.mantissa) * pb.mantissa;
  int32_t shift = pa.exponent + pb.exponent + exponent + 1;  // of q * 2^(shift - 53)
  for (; rest < divisor; --shift) rest <<= 1;
  for (; rest >= 2 * divisor; ++shift) divisor <<= 1;
  uint64_t q = 0;
  for (int32_t bit = 0; bit < 53; ++bit) {  // long division
    q <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      ++q;
    }
    rest <<= 1;
  }
  if (rest > divisor || (rest == divisor && (q & 1) != 0)) ++q;
  if (q >> 53 != 0) {
    q >>= 1;
    ++shift;
  }
  return round_to_multiplier({q, shift}, out);
}

Status quantize_quotient(float a, float b, float c, Multiplier* out) {
  *out = Multiplier{};
  const Parts pb = parts_of(b), pc = parts_of(c);
  if (pb.mantissa == 0 || pc.mantissa == 0) return Code::kScaleRange;
  return quantize_ratio_by_integer(a, 1, static_cast<uint64_t>(pb.mantissa) * pc.mantissa, -(pb.exponent + pc.exponent), out);
}

int32_t round_to_int(float x) {
  if (!(x > -2147483648.0f)) return x <= -2147483648.0f ? INT32_MIN : 0;
  if (x >= 2147483648.0f) return INT32_MAX;
  const int32_t whole = static_cast<int32_t>(x);
  const float rest = x - static_cast<float>(whole);  // exact
  return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

}  // namespace midge
