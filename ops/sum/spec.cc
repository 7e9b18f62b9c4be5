// SUM for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_sum() {
  return {.equation = "out = sum of in over the axes",
          .types = "int8; int16; uint8; float32; int32; int64; bool",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end.",
                          "int8 and int16 are summed as TensorFlow Lite Micro does: LiteRT's reference kernel reads them as uint8.",
                          "int32 and int64 sums wrap. A sum of bool tells whether any is true."}};
}

}  // namespace midge
