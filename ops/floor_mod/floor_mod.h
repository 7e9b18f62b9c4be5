// FLOOR_MOD: out = a - b * floor(a / b), with the sign of b; the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, int16, int32, int64, float32. Scales are not looked at. A divisor of zero is refused at run time (kBadData) but for float32, where the
// result is NaN.
#pragma once
#include "ops/common/pairs.h"
