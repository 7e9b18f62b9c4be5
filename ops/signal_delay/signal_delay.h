// SignalDelay: each row (all but the last dimension) is a stream of its own, delayed by delay_length samples:
// out[t] = in[t - delay_length], 0 before the start.
//
// Types: int16. Options: delay_length.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalDelay {
  int32_t rows, frame, delay;
  // then int16_t state[rows][delay], the samples that are to come out next
};

}  // namespace midge
