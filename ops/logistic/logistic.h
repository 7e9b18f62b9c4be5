// LOGISTIC: out = 1 / (1 + e^-x)
//
// Types: int8 and uint8 (the output's scale is 1 / 256), through a table of all 256 outputs that prepare() fills as the contract does: `litert`
// from the function in single precision, `tflm` in fixed point, for int8; int16 (output scale 2^-15), see kernels/sigmoid_s16; float32.
#pragma once
#include "ops/common/sigmoid_s16.h"
#include "ops/common/table.h"
