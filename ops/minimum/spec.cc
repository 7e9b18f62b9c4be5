// MINIMUM for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_minimum() {
  return {.equation = "out = min(a, b), shapes broadcast",
          .types = "int8; uint8; int16; int32; int64; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.",
                          "Scales are not looked at: integers are compared as they are."}};
}

}  // namespace midge
