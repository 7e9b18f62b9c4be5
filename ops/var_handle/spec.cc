// VAR_HANDLE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_var_handle() {
  return {.equation = "out = handle of the variable that the options name", .types = "resource", .constraints = {}};
}

}  // namespace midge
