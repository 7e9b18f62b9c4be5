// MINIMUM: out = the smaller of a and b, the operands' shapes broadcast as in NumPy, up to rank 6. b where one of them is not a number.
//
// Types: int8, uint8, int16, int32, int64, float32. Scales are not looked at: the contract compares the integers as they are.
#pragma once
#include "ops/common/pairs.h"
