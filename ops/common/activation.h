// Fused activations as a range that the output is clamped to.
#pragma once
#include "ops/context.h"

namespace midge {

/// The range in real numbers, the largest finite ones where open. kUnsupportedActivation for TANH, SIGN_BIT and unknown values.
Status activation_range_f32(Activation activation, float* low, float* high);

/// The range in the output's quantised numbers, within [smallest, largest] of its type.
Status activation_range_q(Activation activation, const Tensor& output, int32_t smallest, int32_t largest, int32_t* low, int32_t* high);

/// The range for int32 tensors, which have no scale.
Status activation_range_s32(Activation activation, int32_t* low, int32_t* high);

}  // namespace midge
