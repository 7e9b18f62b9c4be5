// SignalOverlapAdd for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_overlap_add() {
  return {.equation = "out = sum of frames, each frame_step after the one before it",
          .types = "int16; float32",
          .constraints = {"Each row is a stream that goes on at the next inference."}};
}

}  // namespace midge
