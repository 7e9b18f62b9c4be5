// SignalFilterBank for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_filter_bank() {
  return {.equation = "out[c] = weighted sums over the frequencies of two neighbouring channels",
          .types = "uint32 with int16 weights and tables, to uint64",
          .constraints = {"Rank 1; tables of num_channels + 1 entries.", "Tables that lead out of the inputs are refused at run time."}};
}

}  // namespace midge
