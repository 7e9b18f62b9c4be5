// SignalDelay for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_delay() {
  return {.equation = "out[t] = in[t - delay_length], in each row",
          .types = "int16",
          .constraints = {"Each row is a stream that goes on at the next inference."}};
}

}  // namespace midge
