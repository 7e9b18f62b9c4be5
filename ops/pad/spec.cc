// PAD for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_pad() {
  return {.equation = "out = in with a border of zeros (quantised: of the zero point)",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The widths are a constant [rank, 2] tensor of int32 or int64, none negative."}};
}

}  // namespace midge
