// SIN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_sin() { return {.equation = "out = sin(x)", .types = "float32", .constraints = {"x in radians, of any size."}}; }

}  // namespace midge
