// RELU_N1_TO_1 for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_relu_n1_to_1() {
  return {.equation = "out = min(max(x, -1), 1)",
          .types = "int8; uint8; float32",
          .constraints = {"Quantised numbers are rescaled from the input's scale to the output's."},
          .contracts = "Quantised: litert takes the ratio of the scales in single precision, tflm in double; a few outputs differ by one."};
}

}  // namespace midge
