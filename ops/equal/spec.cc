// EQUAL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_equal() {
  return {.equation = "out = a == b, shapes broadcast",
          .types = "inputs: int8; uint8; int16; int32; int64; float32; bool",
          .constraints = {"Both inputs have one type, the output is bool; ranks up to 6.",
                          "8-bit inputs and int16 are compared as real numbers; int16 may be without scales."}};
}

}  // namespace midge
