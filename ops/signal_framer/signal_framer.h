// SignalFramer: each row (all but the last dimension) is a stream, cut into overlapping frames of frame_size samples that start
// frame_step apart. in[.., n * frame_step] gives n frames: out[.., n, frame_size]; the second output, a scalar, is whether all of them
// are complete. With `prefill` the stream begins after frame_size - frame_step zeros, so that the first frame is.
//
// Types: int16; bool. Frames before enough samples have come are zeros. Options: frame_size, frame_step, prefill.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalFramer {
  int32_t rows, frames;     ///< frames of a row in one inference
  int32_t size, step;
  int32_t capacity;         ///< samples of a row's state: size, rounded up to a multiple of step
  int32_t prefill;          ///< samples
  int32_t pending;          ///< samples in each row's state
  // then int16_t state[rows][capacity]
};

}  // namespace midge
