// ARG_MAX: out = the index along an axis of the largest element, the first of equal ones, see ops/common/arg.h.
//
// Types: int8, uint8, float32, int32, bool; the output is int32 or int64.
#pragma once
#include "ops/common/arg.h"
