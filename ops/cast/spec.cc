// CAST for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_cast() {
  return {.equation = "out = in, as another type",
          .types = "any of float32, float16, int8, uint8, int16, uint16, int32, uint32, int64 and bool to any of them",
          .constraints = {"Integers wrap; floats are cut off and saturate, NaN gives the largest integer; scales are not looked at."}};
}

}  // namespace midge
