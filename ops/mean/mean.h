// MEAN: out = the mean of the input over the axes of the second input, which is a constant.
//
// Types: int8 (the sum of the integers, times input scale / output scale / count as one multiplier, rounding twice), float32.
// keep_dims leaves the reduced dimensions as 1. Axes may be negative and may repeat.
#pragma once
#include "base/fixed_point.h"
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

/// The input's dimensions parted into those that stay and those that are reduced, with the elements each moves by.
struct MeanShape {
  int32_t kept, reduced;           ///< how many dimensions of each
  int32_t kept_dims[kMaxRank], kept_step[kMaxRank];
  int32_t reduced_dims[kMaxRank], reduced_step[kMaxRank];
  int32_t outputs;                 ///< elements of the output
  int32_t count;                   ///< elements that each output is the mean of
};

struct MeanS8 {
  MeanShape shape;
  int32_t input_zero_point;
  Multiplier rescale;
  OutputStage out;
};
void mean_s8_reference(const MeanS8& p, const int8_t* in, int8_t* out);

struct MeanF32 {
  MeanShape shape;
};
void mean_f32_reference(const MeanF32& p, const float* in, float* out);

}  // namespace midge
