// REDUCE_ANY for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reduce_any() {
  return {.equation = "out = any of in over the axes",
          .types = "bool",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end."}};
}

}  // namespace midge
