// Transcendental functions on 32-bit fixed point, bit for bit as the format's int8 operators define them (the algorithms of
// gemmlowp's fixedpoint.h: a quarter-interval polynomial with a barrel shifter for exp, three Newton steps for 1/(1+x); and those of
// LiteRT's own: a quotient of polynomials for log, five Newton steps for 1/sqrt(x)).
//
// Qn is a number with n integer bits and 31 - n fraction bits; Q0 covers [-1, 1).
#pragma once
#include "base/fixed_point.h"

namespace midge {

/// e^x for x <= 0 in Q(integer_bits), 4 or 5, as Q0; 1 is given as INT32_MAX.
int32_t fixed_exp_negative(int32_t x, int integer_bits);

/// 1 / (1 + x) for x in [0, 1), Q0 to Q0.
int32_t fixed_one_over_one_plus(int32_t x);

/// 1 / (1 + e^-x) for x in Q4, as Q0.
int32_t fixed_logistic(int32_t x);

/// tanh(x) for x in Q4, as Q0.
int32_t fixed_tanh(int32_t x);

/// 1 / x for x > 0 with `integer_bits` integer bits, as Q0 after shifting x into [1, 2); *shift is how far it was above 1.
int32_t fixed_reciprocal(int32_t x, int32_t integer_bits, int32_t* shift);

/// The natural logarithm of x >= 1 in Q(integer_bits), as Q5.
int32_t fixed_log(int32_t x, int32_t integer_bits);

/// 1 / sqrt(x) for an integer x > 0; 1 for 0.
Multiplier fixed_inverse_sqrt(int32_t x);

}  // namespace midge
