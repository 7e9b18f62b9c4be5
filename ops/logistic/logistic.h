// LOGISTIC: out = 1 / (1 + e^-x)
//
// Types: int8 (the output's scale is 1 / 256 and its zero point -128), through a table of all 256 outputs that prepare() fills by
// the fixed-point function of the contract; float32.
#pragma once
#include "ops/common/table_s8.h"

namespace midge {

/// One entry of the table: the output for the real input multiplied to Q4.
int8_t logistic_q4_to_s8(int32_t x);

void logistic_f32_reference(const float* in, int32_t n, float* out);

}  // namespace midge
