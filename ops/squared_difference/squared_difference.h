// SQUARED_DIFFERENCE: out = (a - b)^2, the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8 and int16 (each tensor with a scale of its own; zero points of int16 are 0), int32 (wraps around), float32. Prepared data are those of
// ops/common/binary.h.
#pragma once
#include "ops/common/binary.h"
