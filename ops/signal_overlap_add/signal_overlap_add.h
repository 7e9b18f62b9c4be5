// SignalOverlapAdd: frames back to a stream, the inverse of SignalFramer: each frame of in[.., n, size] is added to the stream frame_step
// samples after the one before it, and what no later frame can reach comes out: out[.., n * frame_step].
//
// Types: int16, saturated at each addition; float32. Options: frame_step, at most the frame's size.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalOverlapAdd {
  int32_t rows, frames, size, step;
  uint32_t state_bytes;
  // then T state[rows][size], sums that later frames add to
};

}  // namespace midge
