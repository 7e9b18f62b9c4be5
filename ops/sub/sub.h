// SUB: out = act(a - b), the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, uint8 and int16 (each tensor with a scale of its own; zero points of int16 are 0), int32, int64, float32.
// Integers without scales wrap around. Prepared data and the quantised arithmetic are those of ops/common/binary.h.
#pragma once
#include "ops/common/binary.h"
