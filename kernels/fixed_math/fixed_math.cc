// See fixed_math.h. Products of fixed-point numbers are rounding_doubling_high_mul.
#include "kernels/fixed_math/fixed_math.h"

#include "base/span.h"

namespace midge {
namespace {

int32_t mul(int32_t a, int32_t b) { return rounding_doubling_high_mul(a, b); }

/// x * 2^n, saturating.
int32_t saturating_shift_left(int32_t x, int n) {
  const int64_t wide = static_cast<int64_t>(x) * (INT64_C(1) << n);
  return static_cast<int32_t>(clamp<int64_t>(wide, INT32_MIN, INT32_MAX));
}

/// e^x for x in [-1/4, 0), Q0: the Taylor polynomial of degree 4 around -1/8.
int32_t exp_quarter_interval(int32_t a) {
  constexpr int32_t kExpMinusEighth = 1895147668;
  constexpr int32_t kOneThird = 715827883;
  const int32_t x = a + (1 << 28);
  const int32_t x2 = mul(x, x);
  const int32_t x3 = mul(x2, x);
  const int32_t x4_over_4 = rounding_divide_by_pot(mul(x2, x2), 2);
  const int32_t tail = rounding_divide_by_pot(mul(x4_over_4 + x3, kOneThird) + x2, 1);
  return kExpMinusEighth + mul(kExpMinusEighth, x + tail);
}

/// Newton's x with x ~ 1 / half_denominator, in Q2; half_denominator = (1 + a) / 2 in Q0.
int32_t newton_reciprocal_of_half(int32_t a) {
  constexpr int32_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540, kOneQ2 = 1 << 29;
  const int32_t half = static_cast<int32_t>((static_cast<int64_t>(a) + INT32_MAX + 1) / 2);
  int32_t x = k48Over17 + mul(half, kMinus32Over17);
  for (int i = 0; i < 3; ++i) x += saturating_shift_left(mul(x, kOneQ2 - mul(half, x)), 2);
  return x;
}

}  // namespace

int32_t fixed_exp_negative(int32_t x, int integer_bits) {
  if (x == 0) return INT32_MAX;
  const int fraction_bits = 31 - integer_bits;
  const int32_t quarter = 1 << (fraction_bits - 2);
  const int32_t in_quarter = (x & (quarter - 1)) - quarter;
  int32_t result = exp_quarter_interval(saturating_shift_left(in_quarter, integer_bits));
  // e^-(2^k) for k = -2 ... 4, in Q0: one factor for each bit of what the quarter interval leaves.
  constexpr int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t rest = in_quarter - x;
  for (int k = -2; k < integer_bits; ++k) {
    if ((rest & (INT32_C(1) << (fraction_bits + k))) != 0) result = mul(result, kFactors[k + 2]);
  }
  return result;
}

int32_t fixed_one_over_one_plus(int32_t x) { return saturating_shift_left(newton_reciprocal_of_half(x), 1); }

int32_t fixed_logistic(int32_t x) {
  if (x == 0) return 1 << 30;
  const int32_t positive = fixed_one_over_one_plus(fixed_exp_negative(x > 0 ? -x : x, 4));
  return x > 0 ? positive : INT32_MAX - positive;
}

int32_t fixed_tanh(int32_t x) {
  if (x == 0) return 0;
  // (1 - e) / (1 + e) = 2 / (1 + e) - 1 with e = e^(-2|x|): twice a Q4 number is the same word in Q5.
  const int32_t e = fixed_exp_negative(x > 0 ? -x : x, 5);
  const int32_t t = saturating_shift_left(newton_reciprocal_of_half(e) - (1 << 29), 2);
  return x > 0 ? t : -t;
}

int32_t fixed_reciprocal(int32_t x, int32_t integer_bits, int32_t* shift) {
  const int32_t leading = __builtin_clz(static_cast<uint32_t>(x));
  *shift = integer_bits - leading;
  return fixed_one_over_one_plus(static_cast<int32_t>((static_cast<uint32_t>(x) << leading) - (UINT32_C(1) << 31)));
}

int32_t fixed_log(int32_t x, int32_t integer_bits) {
  constexpr int32_t kLog2 = 1488522236, kSqrtHalf = 1518500250, kFourthRootOfHalf = 1805811301;  // Q0
  constexpr int32_t kBits = 6, kUnit = 1 << (31 - kBits), kQuarter = kUnit / 4;  // of the sum: one more than the result has
  // x is 2^(power + 1/4) * r by either of two splits; the one with the smaller r has it within a quarter octave of 2^-1/4.
  const int32_t lead_a = __builtin_clz(static_cast<uint32_t>(x));
  const int32_t r_a = saturating_shift_left(mul(shift_left(x, lead_a - 1), kSqrtHalf), 1);
  const int32_t power_a = (integer_bits - lead_a) * kUnit + kQuarter;
  const int32_t lead_b = __builtin_clz(static_cast<uint32_t>(mul(x, kSqrtHalf))) - 1;
  const int32_t r_b = saturating_shift_left(x, lead_b);
  const int32_t power_b = (integer_bits - lead_b) * kUnit - kQuarter;
  const int32_t r = min(r_a, r_b), power = max(power_a, power_b);
  // log(r * 2^1/4), as a quotient of polynomials in q = 2 * (r - 2^-1/4).
  constexpr int32_t kAlphaN = 117049297;  // 11 / 240 * 2^1/4
  constexpr int32_t kAlphaD = 127690142;  // 1 / 20 * 2^1/4
  constexpr int32_t kAlphaI = 1057819769;  // 2 / 2^1/4 - 2^1/4
  constexpr int32_t kAlphaF = 638450708;  // 1 / 4 * 2^1/4
  const int32_t p = static_cast<int32_t>((static_cast<int64_t>(r) + kFourthRootOfHalf + 1) / 2);
  const int32_t q = 2 * (r - kFourthRootOfHalf), q2 = mul(q, q);
  const int32_t numerator = mul(q, r) + mul(mul(q, q2), kAlphaN);
  const int32_t denominator_less_one = mul(p, kAlphaI + q + mul(kAlphaD, q2)) + mul(kAlphaF, q);
  const int32_t log_r = mul(rounding_divide_by_pot(numerator, kBits), fixed_one_over_one_plus(denominator_less_one));
  return saturating_shift_left(mul(power, kLog2) + log_r, 1);
}

Multiplier fixed_inverse_sqrt(int32_t x) {
  if (x <= 1) return {INT32_MAX, 0};
  constexpr int32_t kSqrtHalf = 1518500250, kOne = 1 << 28, kThreeHalves = kOne + kOne / 2;  // Q0, Q3, Q3
  int32_t right = 11;
  for (; x >= 1 << 29; x /= 4) ++right;
  const int32_t pairs = (__builtin_clz(static_cast<uint32_t>(x)) - 1) / 2 - 1;
  x = shift_left(x, 2 * pairs);  // in [2^27, 2^29)
  right -= pairs;
  const int32_t input = x >> 1, half = rounding_divide_by_pot(input, 1);
  int32_t root = kOne;
  for (int i = 0; i < 5; ++i) {  // Newton
    const int32_t cube = saturating_shift_left(mul(mul(root, root), root), 6);
    root = saturating_shift_left(mul(kThreeHalves, root) - mul(half, cube), 3);
  }
  root = mul(root, kSqrtHalf);
  return right < 0 ? Multiplier{shift_left(root, -right), 0} : Multiplier{root, -right};
}

}  // namespace midge
