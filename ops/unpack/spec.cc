// UNPACK for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_unpack() {
  return {.equation = "outs = slices of in along the axis, without it",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"There are as many outputs as the axis has elements."}};
}

}  // namespace midge
