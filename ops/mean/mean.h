// MEAN: out = the mean of the input over the axes of the second input, see ops/common/reduce.h.
//
// Types: int8, int16, uint8 (the sum of the integers, times input scale / output scale / count as one multiplier, rounding twice);
// float32; int32 and int64 (rounded towards zero).
#pragma once
#include "ops/common/reduce.h"
