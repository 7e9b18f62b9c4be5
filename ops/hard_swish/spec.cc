// HARD_SWISH for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_hard_swish() {
  return {.equation = "out = x * min(max(x + 3, 0), 6) / 6",
          .types = "int8; uint8; float32",
          .constraints = {"Quantised: the input's scale is below 128 times the output's, and neither is too small for 16-bit multipliers."},
          .contracts = "Quantised: litert takes the ratio of the scales in single precision, tflm in double; a few outputs differ by one."};
}

}  // namespace midge
