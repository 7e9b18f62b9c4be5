// REVERSE_V2 for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_reverse_v2() {
  return {.equation = "out = in with the order along some axes turned round",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The axes are int32 or int64, each named once."}};
}

}  // namespace midge
