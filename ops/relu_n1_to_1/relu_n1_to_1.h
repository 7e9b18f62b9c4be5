// RELU_N1_TO_1: out = min(max(x, -1), 1)
//
// Types: int8 and uint8, rescaled from the input's scale to the output's; float32. Prepared data and kernels are those of
// ops/common/rectifier.h.
#pragma once
#include "ops/common/rectifier.h"
