// FLOOR_DIV for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_floor_div() {
  return {.equation = "out = floor(a / b), shapes broadcast",
          .types = "int8; int16; int32; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.",
                          "Scales are not looked at: integers are divided as they are.", "A divisor of 0 in the data is refused."}};
}

}  // namespace midge
