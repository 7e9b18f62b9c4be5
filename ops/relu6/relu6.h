// RELU6: out = min(max(x, 0), 6)
//
// Types: int8, uint8 and int16, rescaled from the input's scale to the output's; float32. Prepared data and kernels are those of
// ops/common/rectifier.h.
#pragma once
#include "ops/common/rectifier.h"
