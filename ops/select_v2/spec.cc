// SELECT_V2 for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_select_v2() {
  return {.equation = "out = condition ? x : y, shapes broadcast",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"The condition is bool; x and y have one type; ranks up to 6."}};
}

}  // namespace midge
