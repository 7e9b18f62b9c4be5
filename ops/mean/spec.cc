// MEAN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_mean() {
  return {.equation = "out = mean of in over the axes",
          .types = "int8; int16; uint8; float32; int32; int64",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end.",
                          "int32 and int64 means are rounded towards zero."}};
}

}  // namespace midge
