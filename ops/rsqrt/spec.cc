// RSQRT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_rsqrt() {
  return {.equation = "out = 1 / sqrt(x)",
          .types = "int8; int16; float32",
          .constraints = {"A quantised 0 gives the largest output; a quantised x < 0 is refused when it is met.",
                          "int16 is interpolated between 513 points and has zero points of 0."},
          .contracts = "int16 is that of LiteRT in both: TFLM does not list it."};
}

}  // namespace midge
