// RIGHT_SHIFT: out = a shifted right by b bits, arithmetically where a is signed; b is clamped to the bits that a has; the
// operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, uint8, int16, uint16, int32, uint32. Scales are not looked at.
#pragma once
#include "ops/common/pairs.h"
