// RELU for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_relu() {
  return {.equation = "out = max(x, 0)",
          .types = "int8; uint8; int16; float32",
          .constraints = {"Quantised numbers are rescaled from the input's scale to the output's.", "int16 has zero points of 0."},
          .contracts = "Quantised: litert takes the ratio of the scales in single precision, tflm in double; a few outputs differ by one."};
}

}  // namespace midge
