// SignalEnergy: out[i] = re[i]^2 + im[i]^2 for start_index <= i < end_index, 0 elsewhere.
//
// Types: int16, pairs of real and imaginary part, to uint32. Options: start_index, end_index. TFLM leaves the elements elsewhere
// unwritten.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalEnergy {
  int32_t count, start, end;
};

}  // namespace midge
