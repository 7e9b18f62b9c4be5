// QUANTIZE: out = clamp(round(in / scale) + zero_point) from float32, or the same value on another scale from integers.
//
// From float32 to int8, uint8, int16, int4 or uint4, with a scale for all or for each channel: division in single precision, rounding to
// nearest, ties away from zero. Between integers: (in - zero_point) * (input scale / output scale), rounding twice.
#pragma once
#include "ops/common/affine.h"
#include "ops/common/unary.h"
