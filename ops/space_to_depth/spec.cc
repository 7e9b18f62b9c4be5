// SPACE_TO_DEPTH for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_space_to_depth() {
  return {.equation = "out[b, y, x, (i * k + j) * channels + c] = in[b, y * k + i, x * k + j, c]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Rank 4; height and width are multiples of k."}};
}

}  // namespace midge
