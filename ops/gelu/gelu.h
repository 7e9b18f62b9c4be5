// GELU: out = x / 2 * (1 + erf(x / sqrt(2))), or approximately x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
//
// Types: int8, uint8 and int16, by tables (ops/common/table.h); float32. The first form is computed as x / 2 * erfc(-x / sqrt(2)), so that nothing
// cancels below 0. Option field 0: approximate.
#pragma once
#include "ops/common/table.h"
#include "ops/common/unary.h"

namespace midge {

struct GeluF32 {
  int32_t count;
  int32_t approximate;
};

}  // namespace midge
