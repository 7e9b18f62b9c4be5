// GATHER for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_gather() {
  return {.equation = "out = slices of in along the axis, at the given positions",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Positions are int16, int32 or int64, none negative; the result has at most 6 dimensions."}};
}

}  // namespace midge
