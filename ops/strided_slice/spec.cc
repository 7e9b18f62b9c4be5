// STRIDED_SLICE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_strided_slice() {
  return {.equation = "out = in[begin:end:stride, ...]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {
              "Begin, end and strides are int32 or int64. The result is not empty; with the offset option it lies within the input.",
              "Where they are computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
