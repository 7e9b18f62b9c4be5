// FILL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_fill() {
  return {
      .equation = "out = value everywhere",
      .types = "any of 1, 2, 4 or 8 bytes",
      .constraints = {"The value is a scalar.", "Where the shape is computed at run time, the file's own shape of the output is used."}};
}

}  // namespace midge
