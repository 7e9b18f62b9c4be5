// LOGICAL_NOT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_logical_not() {
  return {.equation = "out = !x", .types = "bool", .constraints = {"A byte that is not 0 is true; the output is 0 or 1."}};
}

}  // namespace midge
