// GATHER_ND for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_gather_nd() {
  return {.equation = "out = slices of in at the given positions",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Positions are int16, int32 or int64, none negative; the result has at most 6 dimensions."}};
}

}  // namespace midge
