// Fused activations, see activation.h. Bounds round as the format's reference does: to nearest, ties away from zero.
#include "ops/common/activation.h"

#include "base/fixed_point.h"
#include "ops/common/quantization.h"

namespace midge {
namespace {

constexpr float kOpen = 3.40282347e+38f;  // the largest finite number: the contract clamps infinities to it

}  // namespace

Status activation_range_f32(Activation activation, float* low, float* high) {
  switch (activation) {
    case Activation::kNone: *low = -kOpen, *high = kOpen; return Code::kOk;
    case Activation::kRelu: *low = 0, *high = kOpen; return Code::kOk;
    case Activation::kReluN1To1: *low = -1, *high = 1; return Code::kOk;
    case Activation::kRelu6: *low = 0, *high = 6; return Code::kOk;
    default: return Code::kUnsupportedActivation;
  }
}

Status activation_range_q(Activation activation, const Tensor& output, int32_t smallest, int32_t largest, int32_t* low, int32_t* high) {
  float real_low, real_high;
  MIDGE_TRY(activation_range_f32(activation, &real_low, &real_high));
  *low = smallest, *high = largest;
  if (real_low > -kOpen) *low = clamp(quantize_real(real_low, output), smallest, largest);
  if (real_high < kOpen) *high = clamp(quantize_real(real_high, output), smallest, largest);
  return Code::kOk;
}

Status activation_range_s32(Activation activation, int32_t* low, int32_t* high) {
  float real_low, real_high;
  MIDGE_TRY(activation_range_f32(activation, &real_low, &real_high));
  *low = real_low > -kOpen ? static_cast<int32_t>(real_low) : INT32_MIN;
  *high = real_high < kOpen ? static_cast<int32_t>(real_high) : INT32_MAX;
  return Code::kOk;
}

}  // namespace midge
