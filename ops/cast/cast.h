// CAST: out = in, as another type. Scales are not looked at.
//
// Between float32, float16, int8, uint8, int16, uint16, int32, uint32, int64 and bool. Integers wrap; floats are cut off towards zero and
// saturate, NaN gives the largest integer; anything but 0 is true. Each element goes through an int64 or a float: small rather than fast.
#pragma once
#include "ops/common/unary.h"

namespace midge {

struct CastData {
  int32_t count;
  uint8_t from, to;  ///< Types
  uint8_t unused[2];
};

}  // namespace midge
