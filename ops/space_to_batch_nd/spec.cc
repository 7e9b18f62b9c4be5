// SPACE_TO_BATCH_ND for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_space_to_batch_nd() {
  return {.equation = "out = in with the positions within a block of space as batches",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Block shape and border are constants, of at most rank - 1 dimensions, int32 or int64.",
                          "Each dimension with its border is a multiple of the block's. The border is the zero point, or 0."}};
}

}  // namespace midge
