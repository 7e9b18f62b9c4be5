// REDUCE_MIN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reduce_min() {
  return {.equation = "out = smallest of in over the axes",
          .types = "int8; int16; uint8; float32; int32; int64; bool",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end.",
                          "Quantised input and output have the same scale and zero point."}};
}

}  // namespace midge
