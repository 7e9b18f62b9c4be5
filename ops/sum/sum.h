// SUM: out = the sum of the input over the axes of the second input, see ops/common/reduce.h.
//
// Types: int8, int16, uint8 (the sum of the integers, times input scale / output scale, rounding twice); float32; int32 and int64
// (sums wrap); bool (whether any is true).
#pragma once
#include "ops/common/reduce.h"
