// SignalWindow: out[b,i] = (in[b,i] * weights[i]) >> shift, saturated.
//
// Types: int16. The input is any number of frames of as many samples as there are weights. Options: shift, 0 to 31.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalWindow {
  int32_t frames, size, shift;
};

}  // namespace midge
