// ARG_MAX for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_arg_max() {
  return {.equation = "out = index of the largest element along the axis, the first of equal ones",
          .types = "int8; uint8; float32; int32; bool, to int32 or int64",
          .constraints = {"The axis is a constant int32 or int64; a negative one counts from the end.",
                          "The output's type is that of the options."}};
}

}  // namespace midge
