// MEAN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_mean() {
  return {.equation = "out = mean of in over the axes",
          .types = "int8; float32",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end.",
                          "An int8 mean is over at most 2^23 elements."}};
}

}  // namespace midge
