// SignalFilterBankSpectralSubtraction for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_filter_bank_spectral_subtraction() {
  return {.equation = "out = max(in - noise, in * min_signal_remaining), noise = a running mean of in",
          .types = "uint32",
          .constraints = {"Rank 1, num_channels elements.", "The noise goes on at the next inference."}};
}

}  // namespace midge
