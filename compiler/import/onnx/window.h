// Where a window stands: what convolutions and poolings have in common. Along height and width, of an [N,H,W,C] image; one
// dimension of space is a height of 1.
#pragma once
#include <array>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {

using Two = std::array<int32_t, 2>;

struct Window {
  Two kernel, stride, dilation, in, out;
  Two before, after;  ///< the padding that the node asks for
  Two beyond;         ///< how far the last window passes that (ceil_mode); may be negative: what it does not reach
  Padding padding = Padding::kValid;  ///< kSame: it places the windows as the node does
};

/// From the attributes kernel_shape (or `kernel`), strides, dilations, pads, auto_pad and ceil_mode.
Window window_of(Lowering& l, int32_t image, const std::vector<int32_t>& kernel);

/// The image with what it takes around it, so that Window::padding is right. With a value that is not 0: PADV2.
int32_t pad_window(Lowering& l, int32_t image, const Window& window, float value);

struct TransposedWindow {
  Two stride, dilation;
  Two full;        ///< the size that TRANSPOSE_CONV gives
  Two begin, out;  ///< the part of it that counts
  Padding padding;
};
TransposedWindow transposed_window_of(Lowering& l, int32_t image, const std::vector<int32_t>& kernel);

/// The convolution of a node's attributes. bias: -1 for none.
int32_t convolve(Lowering& l, int32_t x, int32_t w, int32_t bias);

}  // namespace midge::onnx
