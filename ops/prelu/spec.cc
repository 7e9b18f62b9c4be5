// PRELU for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_prelu() {
  return {.equation = "out = x where x >= 0, else alpha * x",
          .types = "int8; uint8; int16 with int8 alpha; float32",
          .constraints = {"alpha's shape broadcasts to that of x; ranks up to 6."},
          .contracts = "Quantised: litert takes the ratio of the scales in single precision, tflm in double; a few outputs differ by one."};
}

}  // namespace midge
