// TRANSPOSE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_transpose() {
  return {.equation = "out dimension d = in dimension perm[d]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The permutation is a constant; rank at most 6."}};
}

}  // namespace midge
