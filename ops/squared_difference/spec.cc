// SQUARED_DIFFERENCE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_squared_difference() {
  return {.equation = "out = (a - b)^2, shapes broadcast",
          .types = "int8; int16; int32; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.", "Zero points of int16 are 0."}};
}

}  // namespace midge
