// The two functions of SOFTMAX on int16, bit for bit as the format defines them: tables of 512 equal steps, each entry less half the
// error of the straight piece that begins there. x covers 16 bits; results have 15 fraction bits.
#pragma once
#include <stdint.h>

namespace midge {

/// e^y, y from -10 to 0 as x goes from -32768 to 32767.
int16_t softmax_exp_s16(int32_t x);

/// 1 / (1 + y), y from 0 to 1. `single_precision`: with the entries that single precision makes, not double.
int16_t softmax_reciprocal_s16(int32_t x, bool single_precision);

}  // namespace midge
