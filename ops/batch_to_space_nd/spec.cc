// BATCH_TO_SPACE_ND for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_batch_to_space_nd() {
  return {.equation = "out = in with batches as the positions within a block of space, cropped",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Block shape and crops are constants, of at most rank - 1 dimensions, int32 or int64.",
                          "The batch is a multiple of the block's elements; something is left after cropping."}};
}

}  // namespace midge
