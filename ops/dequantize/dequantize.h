// DEQUANTIZE: out = (in - zero_point) * scale
//
// From int8, uint8, int16, int4, uint4 or int2, with a scale for all or for each channel, or from float16, to float32. Exact but for the product.
#pragma once
#include "ops/common/affine.h"
#include "ops/common/unary.h"
