// TANH: out = tanh(x)
//
// Types: int8 and uint8, through a table of all 256 outputs that prepare() fills as the contract does: `litert` from the function in
// single precision, `tflm` in fixed point, for int8 (the output's scale is then 1 / 128 and its zero point 0); int16 (output scale
// 2^-15), see kernels/sigmoid_s16; float32.
#pragma once
#include "ops/common/sigmoid_s16.h"
#include "ops/common/table.h"
