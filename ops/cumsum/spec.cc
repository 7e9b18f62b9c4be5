// CUMSUM for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_cumsum() {
  return {
      .equation = "out[i] = sum of in[j] over j <= i along the axis",
      .types = "float32; int32; int64; int8",
      .constraints = {"Rank at least 1. The axis is one int32; a negative one counts from the end.", "int32 and int64 sums wrap.",
                      "int8 is summed as TensorFlow Lite Micro does: sums wrap beyond 4,095 steps, and start from minus the zero point."}};
}

}  // namespace midge
