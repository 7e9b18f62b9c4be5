// LEAKY_RELU: out = x where x >= 0, else alpha * x
//
// Types: int8, uint8 and int16, rescaled from the input's scale to the output's; float32. Option field 0: alpha, which may be negative.
#pragma once
#include "ops/common/unary.h"

namespace midge {

struct LeakyReluQuantised {
  Rescaled positive;
  Multiplier alpha;    ///< |alpha| * input scale / output scale
  int32_t alpha_sign;  ///< 1 or -1
};

struct LeakyReluF32 {
  int32_t count;
  float alpha;
};

}  // namespace midge
