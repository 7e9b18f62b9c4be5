// CALL_ONCE: runs a subgraph without inputs and outputs, which assigns resource variables, at the first inference after init() or
// reset_variables().
#pragma once
#include "ops/common/call.h"

namespace midge {

struct CallOnce {
  Callee initialisation;
  uint32_t done;
  uint32_t unused;
};

}  // namespace midge
