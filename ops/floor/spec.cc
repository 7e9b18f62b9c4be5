// FLOOR for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_floor() { return {.equation = "out = the largest integer up to x", .types = "float32", .constraints = {}}; }

}  // namespace midge
