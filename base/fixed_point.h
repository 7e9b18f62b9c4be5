// Fixed-point arithmetic of the integer contract: what the .tflite int8 operators mean by "multiply by a real scale".
//
// A real multiplier m is held as m = multiplier * 2^(shift - 31) with 2^30 <= multiplier < 2^31 (or 0). These roundings exist:
//   twice:     the doubled high product is rounded to nearest, ties up; then the right shift is rounded to nearest, ties away
//              from zero. Convolutions, poolings and elementwise operators (gemmlowp's rule).
//   wide:      a 64-bit accumulator is multiplied by m rounded to 15 bits, and rounded once. Operators on int16.
//   as double: a product in double precision, rounded to nearest, ties away from zero. FULLY_CONNECTED under the `litert` contract.
#pragma once
#include "base/status.h"

namespace midge {

/// A real multiplier, see above. shift > 0 shifts left.
struct Multiplier {
  int32_t value = 0;
  int32_t shift = 0;
};

/// (a * b) / 2^31 rounded to nearest, ties up, saturated where both are INT32_MIN.
inline int32_t rounding_doubling_high_mul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return static_cast<int32_t>((static_cast<int64_t>(a) * b + (INT64_C(1) << 30)) >> 31);
}

/// x / 2^exponent rounded to nearest, ties away from zero; 0 <= exponent <= 31.
inline int32_t rounding_divide_by_pot(int32_t x, int32_t exponent) {
  const uint32_t mask = (UINT32_C(1) << exponent) - 1;
  const uint32_t remainder = static_cast<uint32_t>(x) & mask;
  const uint32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// a + b with wrapping: extreme accumulators of a hostile model must not be undefined behaviour.
inline int32_t wrapping_add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
inline int64_t wrapping_add(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }
inline int32_t wrapping_mul(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b)); }
inline int64_t wrapping_mul(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)); }

/// x * 2^exponent with wrapping, as the contract's left shift does.
inline int32_t shift_left(int32_t x, int32_t exponent) { return static_cast<int32_t>(static_cast<uint32_t>(x) << exponent); }

/// x * m, rounding twice.
inline int32_t multiply_twice_rounded(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  return rounding_divide_by_pot(rounding_doubling_high_mul(shift_left(x, left), multiplier), right);
}

/// x * m for a 64-bit x, with the multiplier rounded to 15 bits; rounded once, ties up, and wrapped to 32 bits. -31 <= shift <= 14.
inline int32_t multiply_wide(int64_t x, int32_t multiplier, int32_t shift) {
  const int32_t reduced = multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
  const int32_t total = 15 - shift;
  const uint64_t rounded = static_cast<uint64_t>(x) * static_cast<uint32_t>(reduced) + (UINT64_C(1) << (total - 1));
  return static_cast<int32_t>(static_cast<int64_t>(rounded) >> total);
}

/// A positive multiplier in double precision by its bits: exact, and as small as a Multiplier.
struct DoubleBits {
  uint32_t low = 0;
  uint32_t high = 0;
};

/// a * b / c in double precision: the product exact, the quotient rounded. a, b, c are positive and finite. kScaleRange where the
/// result is 2^31 and above.
Status double_ratio(float a, float b, float c, DoubleBits* out);

/// The fixed-point form, rounded to 31 bits, to nearest, ties away from zero; zero where it is below 2^-32.
Multiplier multiplier_of(DoubleBits m);

/// x * m as double precision has it, |x| < 2^53, then rounded to nearest, ties away from zero; saturated.
int32_t multiply_as_double(int64_t x, DoubleBits m);

/// The fixed-point form of the real multiplier a * b / c * 2^exponent, as the contract makes it: the product exact and the quotient
/// rounded to 53 bits as double precision does, then to 31 bits, to nearest, ties away from zero; zero where it is below 2^-32.
/// All in integers: a device without double arithmetic would link 2 KB or more for it. a, b, c are not negative and finite.
/// kScaleRange, and zero, where c is 0 or the result is 2^31 and above.
Status quantize_ratio(float a, float b, float c, int32_t exponent, Multiplier* out);

/// The same for a / (b * c).
Status quantize_quotient(float a, float b, float c, Multiplier* out);
/// The same for a * b / divisor * 2^exponent: a divisor of up to 53 bits, such as a double's mantissa. 0 < divisor < 2^53.
Status quantize_ratio_by_integer(float a, float b, uint64_t divisor, int32_t exponent, Multiplier* out);

/// x rounded to nearest, ties away from zero, as an integer; saturated, 0 for NaN.
int32_t round_to_int(float x);

}  // namespace midge
