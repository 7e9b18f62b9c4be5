// STRIDED_SLICE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_strided_slice() {
  return {.equation = "out = in[begin:end:stride, ...]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Begin, end and strides are constants of int32 or int64.", "The result is not empty."}};
}

}  // namespace midge
