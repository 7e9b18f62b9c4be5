// BROADCAST_TO for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_broadcast_to() {
  return {.equation = "out = in, its dimensions of size 1 repeated",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The output's rank is at least the input's, at most 6.",
                          "Where the shape is computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
