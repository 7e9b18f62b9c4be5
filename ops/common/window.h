// A sliding window along one axis: convolutions and poolings.
#pragma once
#include "ops/context.h"

namespace midge {

struct Window {
  int32_t input = 0;       ///< elements along the axis
  int32_t taps = 0;        ///< of the filter
  int32_t stride = 1;
  int32_t dilation = 1;
  int32_t output = 0;      ///< computed
  int32_t pad_before = 0;  ///< computed
};

/// Computes output and pad_before. SAME: ceil(input / stride) outputs, the smaller half of the padding in front. VALID: no
/// padding. kUnsupportedOption for strides, dilations or taps below 1; kShapeMismatch where not one window fits.
Status fit_window(Padding padding, Window* w);

}  // namespace midge
