// CALL_ONCE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_call_once() {
  return {.equation = "runs a subgraph at the first inference",
          .types = "none",
          .constraints = {"The subgraph has neither inputs nor outputs. It runs again after reset_variables()."}};
}

}  // namespace midge
