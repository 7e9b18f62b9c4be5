// DEPTH_TO_SPACE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_depth_to_space() {
  return {.equation = "out[b, y * k + i, x * k + j, c] = in[b, y, x, (i * k + j) * channels + c]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Rank 4; the depth is a multiple of k * k."}};
}

}  // namespace midge
