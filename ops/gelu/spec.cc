// GELU for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_gelu() {
  return {.equation = "out = x / 2 * (1 + erf(x / sqrt(2))), or its approximation with tanh",
          .types = "int8; uint8; int16; float32",
          .constraints = {"int16 is interpolated between 513 points and has zero points of 0."}};
}

}  // namespace midge
