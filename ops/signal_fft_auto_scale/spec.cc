// SignalFftAutoScale for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_fft_auto_scale() {
  return {.equation = "out = in << bits, bits = what the largest magnitude leaves free",
          .types = "int16; bits int32",
          .constraints = {"Rank 1; bits is a scalar."}};
}

}  // namespace midge
