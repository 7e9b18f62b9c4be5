// CIRCULAR_BUFFER for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_circular_buffer() {
  return {.equation = "out = the last slots inputs, oldest first",
          .types = "int8",
          .constraints = {"From [1,1,w,d] to [1,slots,w,d], with equal scales.", "The output may be a variable tensor.",
                          "invoke() ends here with kMoreInput, but for every cycles_max-th time."}};
}

}  // namespace midge
