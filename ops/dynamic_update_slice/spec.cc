// DYNAMIC_UPDATE_SLICE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_dynamic_update_slice() {
  return {.equation = "out = in, overwritten by the update from a position on",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The position is int32 or int64; it is clamped so that the update lies within the input."}};
}

}  // namespace midge
