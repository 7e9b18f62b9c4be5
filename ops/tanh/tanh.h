// TANH: out = tanh(x)
//
// Types: int8 (the output's scale is 1 / 128 and its zero point 0), through a table of all 256 outputs that prepare() fills as the
// contract does: `litert` from the function in single precision, `tflm` in fixed point; float32.
#pragma once
#include "ops/common/table_s8.h"

namespace midge {

/// The function as LiteRT's tables hold it.
float tanh_real(float x);
/// The output for the real input in Q4, as TensorFlow Lite Micro's fixed point gives it.
int8_t tanh_q4_to_s8(int32_t x);

void tanh_f32_reference(const float* in, int32_t n, float* out);

}  // namespace midge
