// DEPTHWISE_CONV_2D int8 over depthwise_s8: a block of channels is accumulated on the stack, tap by tap, so that both
// operands are read in the order in which they lie in memory.
#include "kernels/depthwise_s8/depthwise_s8.h"
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"

namespace midge {
namespace {

constexpr int32_t kBlock = 16;  // channels accumulated at once; 64 bytes of stack

/// One pixel, input channels [first, first + n) of multiplier 1, or all multiples of one input channel.
void pixel_block(const DepthwiseConv2DS8& p, const DepthwiseConv2DS8Tensors& t, int32_t top, int32_t left, RowRange dys, RowRange dxs,
                 int32_t first, int32_t n, int8_t* out) {
  const DepthwiseConv2DShape& s = p.shape;
  int32_t acc[kBlock];
  for (int32_t c = 0; c < n; ++c) acc[c] = t.bias == nullptr ? 0 : t.bias[first + c];
  for (int32_t dy = dys.begin; dy < dys.end; ++dy) {
    const int8_t* row = t.in.row(top + dy * s.dilation_h);
    for (int32_t dx = dxs.begin; dx < dxs.end; ++dx) {
      const int8_t* in = row + (left + dx * s.dilation_w) * s.in_c;
      const int8_t* w = t.filter + (dy * s.filter_w + dx) * s.out_c + first;
      if (s.multiplier == 1) {
        depthwise_s8_tap(in + first, w, n, p.input_offset, acc);
      } else {
        depthwise_s8_tap_broadcast(in[first / s.multiplier], w, n, p.input_offset, acc);
      }
    }
  }
  for (int32_t c = 0; c < n; ++c) {
    const int32_t o = first + c;
    out[o] = requantize(acc[c], p.multipliers.values[o], p.multipliers.shifts[o], p.out);
  }
}

}  // namespace

void depthwise_conv_2d_s8_portable(const DepthwiseConv2DS8& p, const DepthwiseConv2DS8Tensors& t, RowRange range) {
  const DepthwiseConv2DShape& s = p.shape;
  // Channels that one block may hold: any neighbours without a multiplier, else the multiples of one input channel.
  const int32_t together = s.multiplier == 1 ? s.out_c : s.multiplier;
  for (int32_t y = range.begin; y < range.end; ++y) {
    const int32_t top = y * s.stride_h - s.pad_top;
    const RowRange dys = taps_inside(top, s.filter_h, s.dilation_h, s.in_h);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const int32_t left = x * s.stride_w - s.pad_left;
      const RowRange dxs = taps_inside(left, s.filter_w, s.dilation_w, s.in_w);
      int8_t* out = t.out.row(y) + x * s.out_c;
      for (int32_t first = 0; first < s.out_c;) {
        const int32_t rest = together - first % together;
        const int32_t n = min(rest, kBlock);
        pixel_block(p, t, top, left, dys, dxs, first, n, out);
        first += n;
      }
    }
  }
}

}  // namespace midge
