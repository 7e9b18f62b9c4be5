// RESHAPE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reshape() {
  return {.equation = "out = in under another shape",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The number of elements does not change; at most one dimension is -1.",
                          "Where the shape is computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
