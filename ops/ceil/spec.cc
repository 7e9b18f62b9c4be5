// CEIL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_ceil() { return {.equation = "out = the smallest integer from x on", .types = "float32", .constraints = {}}; }

}  // namespace midge
