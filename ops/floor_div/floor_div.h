// FLOOR_DIV: out = the largest integer up to a / b, the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, int16, int32 (the lowest number divided by -1 wraps around), float32 (the quotient is taken in double). Scales are not looked at. A
// divisor of zero is refused at run time (kBadData), also of float32.
#pragma once
#include "ops/common/pairs.h"
