// SignalPCAN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_pcan() {
  return {.equation = "out = shrink((in * gain(noise)) >> snr_shift), shrink(y) = y^2 / 4 below 2, else y - 1",
          .types = "uint32 with an int16 table of gains",
          .constraints = {"Rank 1; a table of at least 125 entries."}};
}

}  // namespace midge
