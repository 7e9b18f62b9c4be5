// QUANTIZE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_quantize() {
  return {.equation = "out = clamp(round(in / scale) + zero_point)",
          .types =
              "float32 to int8, uint8, int16, int4 or uint4; int8 to int8, uint8, int16 or int32; uint8 to int8, uint8 or int16; "
              "int16 to int8, int16 or int32; int32 to int8 or int16",
          .constraints = {"From float32 the scale is per tensor or per channel; between integers per tensor.",
                          "Values beyond the type saturate; NaN gives the zero point."}};
}

}  // namespace midge
