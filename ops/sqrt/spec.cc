// SQRT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_sqrt() {
  return {.equation = "out = sqrt(x)",
          .types = "int8; int16; float32",
          .constraints = {"Quantised outputs are cut off, not rounded.", "A quantised x < 0 is refused when it is met.",
                          "int16 has zero points of 0."}};
}

}  // namespace midge
