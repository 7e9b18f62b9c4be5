// ASSIGN_VARIABLE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_assign_variable() {
  return {.equation = "variable(in[0]) = in[1]", .types = "any", .constraints = {"All reads and assignments of a variable have the same size."}};
}

}  // namespace midge
