// RIGHT_SHIFT for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_right_shift() {
  return {.equation = "out = a >> b, shapes broadcast",
          .types = "int8; uint8; int16; uint16; int32; uint32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.",
                          "A shift below 0 counts as 0, one of the type's bits and more as one less."}};
}

}  // namespace midge
