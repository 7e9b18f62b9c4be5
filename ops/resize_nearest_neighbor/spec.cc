// RESIZE_NEAREST_NEIGHBOR for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_resize_nearest_neighbor() {
  return {.equation = "out[b,y,x,c] = in at the nearest row and column",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The input has rank 4, and at most 2^20 rows and columns; so has the output.",
                          "Where the size is computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
