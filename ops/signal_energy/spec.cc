// SignalEnergy for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_energy() {
  return {.equation = "out[i] = re[i]^2 + im[i]^2 for start_index <= i < end_index, else 0",
          .types = "int16 pairs to uint32",
          .constraints = {"Rank 1."}};
}

}  // namespace midge
