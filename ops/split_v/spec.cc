// SPLIT_V for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_split_v() {
  return {.equation = "outs = in cut into pieces of given lengths along the axis",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Lengths and axis are constants; at most one length is -1: the rest. No piece is empty."}};
}

}  // namespace midge
