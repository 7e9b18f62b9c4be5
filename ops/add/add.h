// ADD: out = act(a + b), the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8 (each tensor with a scale and zero point of its own), int32, float32. Prepared data and the int8 arithmetic are
// those of ops/common/binary.h.
#pragma once
#include "ops/common/binary.h"
