// SPLIT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_split() {
  return {.equation = "outs = in cut into equal pieces along the axis",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The axis is a constant; its dimension is a multiple of the number of outputs."}};
}

}  // namespace midge
