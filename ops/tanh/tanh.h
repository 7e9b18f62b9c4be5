// TANH: out = tanh(x)
//
// Types: int8 (the output's scale is 1 / 128 and its zero point 0), through a table of all 256 outputs that prepare() fills by
// the fixed-point function of the contract; float32.
#pragma once
#include "ops/common/table_s8.h"

namespace midge {

/// One entry of the table: the output for the real input multiplied to Q4.
int8_t tanh_q4_to_s8(int32_t x);

void tanh_f32_reference(const float* in, int32_t n, float* out);

}  // namespace midge
