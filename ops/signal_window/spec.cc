// SignalWindow for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_window() {
  return {.equation = "out = (in * weights) >> shift, saturated", .types = "int16", .constraints = {"As many weights as a frame has samples."}};
}

}  // namespace midge
