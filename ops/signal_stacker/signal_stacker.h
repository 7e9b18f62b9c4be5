// SignalStacker: consecutive feature vectors of num_channels each, in one: stacker_left_context before, one, and stacker_right_context
// after it. The next stack starts stacker_step vectors later. Before the first vector stand copies of it. The second output, a
// scalar, is whether this inference has made a stack; otherwise the first output is zeros.
//
// Types: int16; bool. Options: those above; stacker_step is at most a stack's number of vectors.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalStacker {
  int32_t channels, left;
  int32_t size, step;  ///< values of a stack, and between the starts of two
  int32_t pending;     ///< values in the state
  int32_t started;     ///< the first vector has come
  // then int16_t state[size]
};

}  // namespace midge
