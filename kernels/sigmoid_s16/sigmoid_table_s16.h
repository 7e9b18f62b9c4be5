// 1 / (1 + e^-x) and tanh on 16 bits by a table of 256 entries and straight lines between them, bit for bit as the format's int16
// operators define them. Absolute error at most 2^-14.
#pragma once
#include <stdint.h>

namespace midge {

/// 1 / (1 + e^-x) in Q0 (15 fraction bits), for x in units of 1 / 12288: three times a number in Q3.
int16_t table_logistic_s16(int32_t x);

/// tanh(x) in Q0, x in the same units.
int16_t table_tanh_s16(int32_t x);

}  // namespace midge
