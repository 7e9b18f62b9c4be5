// SignalFramer for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_framer() {
  return {.equation = "out[.., f, i] = in[.., f * frame_step + i] of the stream",
          .types = "int16; complete bool",
          .constraints = {"The last dimension is a multiple of frame_step.", "Each row is a stream that goes on at the next inference.",
                          "Frames before the stream has enough samples are zero."}};
}

}  // namespace midge
