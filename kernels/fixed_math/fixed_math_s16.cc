// See fixed_math_s16.h. Numbers are int32_t that hold 16-bit values; constants are those of fixed_math.cc, rounded to 16 bits.
#include "kernels/fixed_math/fixed_math_s16.h"

#include "base/fixed_point.h"
#include "base/span.h"

namespace midge {
namespace {

constexpr int32_t kOne = INT16_MAX;  // in Q0

int32_t saturate(int32_t x) { return clamp<int32_t>(x, INT16_MIN, INT16_MAX); }

/// (a * b) / 2^15 rounded to nearest, ties up.
int32_t mul(int32_t a, int32_t b) { return saturate((a * b + (1 << 14)) >> 15); }

int32_t saturating_shift_left(int32_t x, int32_t n) { return saturate(x * (1 << n)); }

/// e^x for x in [-1/4, 0), Q0: the Taylor polynomial of degree 4 around -1/8.
int32_t exp_quarter_interval(int32_t a) {
  constexpr int32_t kExpMinusEighth = 28918, kOneThird = 10923;
  const int32_t x = a + (1 << 12);
  const int32_t x2 = mul(x, x);
  const int32_t x3 = mul(x2, x);
  const int32_t x4_over_4 = rounding_divide_by_pot(mul(x2, x2), 2);
  const int32_t tail = rounding_divide_by_pot(mul(x4_over_4 + x3, kOneThird) + x2, 1);
  return saturate(kExpMinusEighth + mul(kExpMinusEighth, x + tail));
}

/// e^x for x <= 0 with `integer_bits` integer bits, as Q0.
int32_t exp_negative(int32_t x, int32_t integer_bits) {
  if (x == 0) return kOne;
  const int32_t fraction_bits = 15 - integer_bits;
  if (x < -(32 << fraction_bits)) return 0;
  const int32_t quarter = 1 << (fraction_bits - 2);
  const int32_t in_quarter = (x & (quarter - 1)) - quarter;
  int32_t result = exp_quarter_interval(saturating_shift_left(in_quarter, integer_bits));
  // e^-(2^k) for k = -2 ... 4: one factor for each bit of what the quarter interval leaves.
  constexpr int32_t kFactors[] = {25520, 19875, 12055, 4435, 600, 11, 0};
  const int32_t rest = in_quarter - x;
  for (int32_t k = -2; k < min(integer_bits, int32_t{5}); ++k) {
    if ((rest & (1 << (fraction_bits + k))) != 0) result = mul(result, kFactors[k + 2]);
  }
  return result;
}

/// Newton's x with x ~ 2 / (1 + a), in Q2, for a in [0, 1), Q0.
int32_t reciprocal_of_half(int32_t a) {
  constexpr int32_t k48Over17 = 23130, kMinus32Over17 = -15420, kOneQ2 = 1 << 13;
  const int32_t half = (a + kOne + 1) / 2;
  int32_t x = k48Over17 + mul(half, kMinus32Over17);
  for (int i = 0; i < 3; ++i) x += saturating_shift_left(mul(x, kOneQ2 - mul(half, x)), 2);
  return x;
}

}  // namespace

int16_t fixed_logistic_s16(int16_t x) {
  if (x == 0) return 1 << 14;
  const int32_t positive = saturating_shift_left(reciprocal_of_half(exp_negative(x > 0 ? -x : x, 3)), 1);
  return static_cast<int16_t>(x > 0 ? positive : kOne - positive);
}

int16_t fixed_tanh_s16(int16_t x, int32_t integer_bits) {
  if (x == 0) return 0;
  // (1 - e) / (1 + e) = 2 / (1 + e) - 1 with e = e^(-2|x|): twice a number is the same word with one more integer bit.
  const int32_t e = exp_negative(x > 0 ? -x : x, integer_bits + 1);
  const int32_t t = saturating_shift_left(reciprocal_of_half(e) - (1 << 13), 2);
  return static_cast<int16_t>(x > 0 ? t : -t);
}

}  // namespace midge
