// COS for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_cos() { return {.equation = "out = cos(x)", .types = "float32", .constraints = {"x in radians, of any size."}}; }

}  // namespace midge
