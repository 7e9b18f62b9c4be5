// SQRT: out = sqrt(x)
//
// Types: int8 and int16, in single precision, cut off towards the output's zero point; negative x is refused at run time; float32.
#pragma once
#include "ops/common/unary.h"

namespace midge {

struct SqrtQuantised {
  int32_t count;
  int32_t input_zero_point;
  float input_scale, output_scale;
  OutputStage out;
};

}  // namespace midge
