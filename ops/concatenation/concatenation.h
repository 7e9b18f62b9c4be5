// CONCATENATION: the inputs one after the other along an axis. Any type of 1, 2, 4 or 8 bytes.
//
// int8 inputs share the output's scale and zero point. uint8 ones may have their own; then, in single precision,
//   out = clamp(round(in * r - in_zero_point * r) + out_zero_point), r = in_scale * (1 / out_scale), ties away from zero
#pragma once
#include "ops/common/pieces.h"

namespace midge {

/// uint8: one for each input, behind the sizes of the pieces.
struct ConcatenationRescale {
  uint32_t needed;  ///< 0: the input is on the output's scale
  float factor;
  float offset;
  int32_t zero_point;
};

}  // namespace midge
