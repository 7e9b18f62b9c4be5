// SQUARE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_square() { return {.equation = "out = x * x", .types = "float32", .constraints = {}}; }

}  // namespace midge
