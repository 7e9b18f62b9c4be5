// REDUCE_MAX: out = the largest element of the input over the axes of the second input, see ops/common/reduce.h.
//
// Types: int8, int16, uint8 (input and output have the same scale), float32, int32, int64, bool. A NaN is passed over.
#pragma once
#include "ops/common/reduce.h"
