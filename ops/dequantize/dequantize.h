// DEQUANTIZE: out = (in - zero_point) * scale, from int8, uint8 or int16 to float32.
#pragma once
#include "ops/context.h"

namespace midge {

struct DequantizeData {
  int32_t count;
  int32_t zero_point;
  float scale;
};

}  // namespace midge
