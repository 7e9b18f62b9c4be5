// ROUND for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_round() { return {.equation = "out = the integer nearest to x, ties to even", .types = "float32", .constraints = {}}; }

}  // namespace midge
