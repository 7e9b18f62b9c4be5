// The functions of fixed_math.h on 16 bits, bit for bit as LiteRT's integer LSTM defines them: every intermediate is a 16-bit number.
// Absolute error at most 2^-11.
#pragma once
#include <stdint.h>

namespace midge {

/// 1 / (1 + e^-x) for x in Q3 (12 fraction bits), as Q0 (15 fraction bits).
int16_t fixed_logistic_s16(int16_t x);

/// tanh(x) for x with `integer_bits` integer bits, 0 to 6, as Q0.
int16_t fixed_tanh_s16(int16_t x, int32_t integer_bits);

}  // namespace midge
