// BITWISE_XOR: out = the bits of a that differ from those of b; the operands' shapes broadcast as in
// NumPy, up to rank 6.
//
// Types: int8, uint8, int16, uint16, int32, uint32. Scales are not looked at.
#pragma once
#include "ops/common/pairs.h"
