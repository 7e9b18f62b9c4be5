// QUANTIZE: out = clamp(round(in / scale) + zero_point) from float32, or the same value on another scale from integers.
//
// From float32 to int8, uint8 or int16: division in single precision, rounding to nearest, ties away from zero.
// Between integer types: (in - zero_point) * (input scale / output scale), rounding twice.
#pragma once
#include "base/fixed_point.h"
#include "ops/context.h"

namespace midge {

struct QuantizeData {
  int32_t count;
  int32_t input_offset;  ///< minus the input's zero point; integers only
  int32_t output_offset;
  Multiplier rescale;    ///< integers only
  float scale;           ///< the output's; from float32 only
};

}  // namespace midge
