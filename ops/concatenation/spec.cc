// CONCATENATION for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_concatenation() {
  return {.equation = "out = inputs one after the other along the axis",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {
              "Inputs are equal but for the axis, of one type. int8 ones share the output's scale and zero point; uint8 ones are rescaled.",
              "No fused activation."}};
}

}  // namespace midge
