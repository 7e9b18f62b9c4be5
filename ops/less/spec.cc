// LESS for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_less() {
  return {.equation = "out = a < b, shapes broadcast",
          .types = "inputs: int8; uint8; int16; int32; int64; float32",
          .constraints = {"Both inputs have one type, the output is bool; ranks up to 6.",
                          "8-bit inputs are compared as real numbers, int16 as integers."}};
}

}  // namespace midge
