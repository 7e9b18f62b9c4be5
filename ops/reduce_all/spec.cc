// REDUCE_ALL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reduce_all() {
  return {.equation = "out = all of in over the axes",
          .types = "bool",
          .constraints = {"The axes are a constant int32 tensor; negative ones count from the end."}};
}

}  // namespace midge
