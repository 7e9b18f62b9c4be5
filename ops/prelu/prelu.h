// PRELU: out = x where x >= 0, else alpha * x; alpha's shape broadcasts to that of x.
//
// Types: int8 or uint8, alpha alike; int16 with an int8 alpha; float32. Quantised numbers are rescaled to the output's scale.
#pragma once
#include "kernels/broadcast/broadcast.h"
#include "kernels/requantize/requantize.h"

namespace midge {

struct PreluF32 {
  Broadcast shape;
};

struct PreluQuantised {
  Broadcast shape;
  int32_t input_offset, alpha_offset;  ///< minus the zero points
  Multiplier positive;                 ///< input scale / output scale
  Multiplier negative;                 ///< input scale * alpha's scale / output scale
  OutputStage out;
};

}  // namespace midge
