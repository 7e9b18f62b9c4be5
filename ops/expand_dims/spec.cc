// EXPAND_DIMS for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_expand_dims() {
  return {.equation = "out = in with a dimension of 1 inserted",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The axis is a constant of one element; the result has at most 6 dimensions."}};
}

}  // namespace midge
