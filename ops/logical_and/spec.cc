// LOGICAL_AND for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_logical_and() { return {.equation = "out = a && b, shapes broadcast", .types = "bool", .constraints = {"Ranks up to 6."}}; }

}  // namespace midge
