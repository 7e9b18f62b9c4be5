// RELU and RELU6 as operators of their own: clamp, and for int8 rescale.
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct RectifierS8 {
  int32_t count;
  int32_t input_offset;  ///< minus the input's zero point
  Multiplier rescale;    ///< input scale / output scale
  OutputStage out;
};

Status prepare_rectifier_s8(PrepareContext& c, Activation activation);
Status eval_rectifier_s8(const EvalContext& c);
Status eval_rectifier_f32(const EvalContext& c, float low, float high);

}  // namespace midge
