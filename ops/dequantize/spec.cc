// DEQUANTIZE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_dequantize() {
  return {.equation = "out = (in - zero_point) * scale",
          .types = "int8, uint8, int16, int4, uint4, int2 or float16 to float32",
          .constraints = {"The scale is per tensor or per channel."}};
}

}  // namespace midge
