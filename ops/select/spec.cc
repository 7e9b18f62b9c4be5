// SELECT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_select() {
  return {.equation = "out = condition ? x : y",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The condition is bool; x and y have one type and shape.",
                          "The condition has the shape of x, or is a scalar, or a vector along the first dimension of x."}};
}

}  // namespace midge
