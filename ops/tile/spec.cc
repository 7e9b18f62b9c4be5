// TILE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_tile() {
  return {.equation = "out = in, repeated multiples[d] times along dimension d",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The multiples are positive, one a dimension; rank at most 6.",
                          "Where the multiples are computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
