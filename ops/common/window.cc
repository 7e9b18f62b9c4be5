// See window.h.
#include "ops/common/window.h"

namespace midge {

Status fit_window(Padding padding, Window* w) {
  constexpr int32_t kMost = 1 << 20;  // keeps every product below within 63 bits and every offset within 31
  if (w->stride < 1 || w->dilation < 1 || w->taps < 1) return Code::kUnsupportedOption;
  if (w->stride > kMost || w->dilation > kMost || w->taps > kMost || w->input > kMost) return Code::kTooLarge;
  const int64_t extent = static_cast<int64_t>(w->taps - 1) * w->dilation + 1;
  if (extent > kMost) return Code::kTooLarge;
  if (padding == Padding::kSame) {
    w->output = (w->input + w->stride - 1) / w->stride;
  } else if (padding == Padding::kValid) {
    if (extent > w->input) return Code::kShapeMismatch;
    w->output = static_cast<int32_t>((w->input - extent) / w->stride) + 1;
  } else {
    return Code::kUnsupportedOption;
  }
  const int64_t total = static_cast<int64_t>(w->output - 1) * w->stride + extent - w->input;
  w->pad_before = total > 0 && padding == Padding::kSame ? static_cast<int32_t>(total / 2) : 0;
  return Code::kOk;
}

}  // namespace midge
