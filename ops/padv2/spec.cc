// PADV2 for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_padv2() {
  return {.equation = "out = in with a border of a given value",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The widths are a constant [rank, 2] tensor of int32 or int64, none negative.",
                          "The value has one element, of the output's scale and zero point."}};
}

}  // namespace midge
