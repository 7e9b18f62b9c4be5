// POW for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_pow() {
  return {.equation = "out = a^b, shapes broadcast",
          .types = "int32; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.", "A negative int32 exponent in the data is refused."}};
}

}  // namespace midge
