// VAR_HANDLE: out = the handle of the variable that the options name by container and shared_name. See common/resource_variables.h.
#pragma once
#include "ops/common/resource_variables.h"

namespace midge {

struct VarHandle {
  uint32_t id;
};

}  // namespace midge
