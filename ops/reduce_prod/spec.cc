// REDUCE_PROD for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reduce_prod() {
  return {.equation = "out = product of in over the axes",
          .types = "int8; int16; uint8; float32; int32; int64; bool",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end.",
                          "int8 and int16 with a scale are requantised at each step; integers without a scale wrap. uint8 has no scale.",
                          "A product of bool tells whether all are true."}};
}

}  // namespace midge
