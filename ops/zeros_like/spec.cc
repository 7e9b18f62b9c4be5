// ZEROS_LIKE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_zeros_like() {
  return {.equation = "out = 0, in the shape of the input",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Bytes are 0, whatever the zero point."}};
}

}  // namespace midge
