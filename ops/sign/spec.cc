// SIGN for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_sign() { return {.equation = "out = -1, 0 or 1, as x is", .types = "int32; float32", .constraints = {}}; }

}  // namespace midge
