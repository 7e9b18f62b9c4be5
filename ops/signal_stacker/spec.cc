// SignalStacker for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_stacker() {
  return {
      .equation = "out = stacker_left_context + 1 + stacker_right_context vectors in one, every stacker_step vectors",
      .types = "int16; complete bool",
      .constraints = {"Rank 1.", "The stream of vectors goes on at the next inference.", "Zeros where this inference has made no stack."}};
}

}  // namespace midge
