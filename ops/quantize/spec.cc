// QUANTIZE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_quantize() {
  return {.equation = "out = clamp(round(in / scale) + zero_point)",
          .types = "float32 to int8, uint8 or int16; int8 to int8, uint8 or int16; uint8 or int16 to int8",
          .constraints = {"Scales are per tensor.", "Values beyond the type saturate; NaN gives the zero point."}};
}

}  // namespace midge
