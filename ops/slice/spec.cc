// SLICE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_slice() {
  return {.equation = "out = in[begin : begin + size]",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Begin and size are int32 or int64; a size of -1 reaches to the end. The result is not empty.",
                          "Where they are computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
