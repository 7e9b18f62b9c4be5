// ELU for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_elu() {
  return {.equation = "out = x where x >= 0, else e^x - 1",
          .types = "int8; float32",
          .constraints = {},
          .contracts = "int8: litert rounds e^x - 1, tflm e^x and then subtracts; a few outputs differ by one."};
}

}  // namespace midge
