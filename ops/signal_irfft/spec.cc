// SignalIrfft for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_irfft() {
  return {.equation = "out = the inverse real Fourier transform of each row",
          .types = "int16; int32; float32",
          .constraints = {"fft_length is even; half of it, at least 2, is a product of twos, threes and fives."}};
}

}  // namespace midge
