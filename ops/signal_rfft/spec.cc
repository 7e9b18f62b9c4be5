// SignalRfft for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_rfft() {
  return {.equation = "out = the real Fourier transform of each row, filled up with zeros",
          .types = "int16; int32; float32",
          .constraints = {"fft_length is even; half of it, at least 2, is a product of twos, threes and fives.",
                          "Rows of at most fft_length samples."}};
}

}  // namespace midge
