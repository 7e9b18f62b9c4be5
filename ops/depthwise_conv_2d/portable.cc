// DEPTHWISE_CONV_2D int8 and int4 over depthwise_s8: a block of channels is accumulated on the stack, tap by tap, so that both
// operands are read in the order in which they lie in memory.
#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/packed/packed.h"
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"

namespace midge {
namespace {

constexpr int32_t kBlock = kDepthwiseConv2DUnpackedChannels;  // accumulated at once; 64 bytes of stack

/// The end of the block that begins with channel `first`: any neighbours without a multiplier, else multiples of one input channel.
int32_t block_end(const ConvShape& s, int32_t first) {
  const int32_t together = s.out_c == s.in_c ? s.out_c : s.channels_per_group();
  return first + min(together - first % together, kBlock);
}

/// One pixel's channels of a block. The filter begins with that of the first channel; its taps are `step` apart.
void run_pixel(const ConvS8& p, const ConvS8Tensors& t, const WindowPlace& rows, const WindowPlace& columns, ChannelRange channels,
               int32_t step, int8_t* out) {
  const ConvShape& s = p.shape;
  const bool multiplied = s.out_c != s.in_c;
  const int32_t first = channels.begin, n = channels.end - channels.begin, first_in = multiplied ? first / s.channels_per_group() : first;
  int32_t acc[kBlock];
  for (int32_t c = 0; c < n; ++c) acc[c] = t.bias == nullptr ? 0 : t.bias[first + c];
  for (int32_t dy = rows.taps.begin; dy < rows.taps.end; ++dy) {
    const int8_t* row = t.in.row(rows.origin + dy * s.dilation_h);
    for (int32_t dx = columns.taps.begin; dx < columns.taps.end; ++dx) {
      const int8_t* in = row + (columns.origin + dx * s.dilation_w) * s.in_c + first_in;
      const int8_t* w = t.filter + (dy * s.filter_w + dx) * step;
      if (multiplied) {
        depthwise_s8_tap_broadcast(*in, w, n, p.input_offset, acc);
      } else {
        depthwise_s8_tap(in, w, n, p.input_offset, acc);
      }
    }
  }
  for (int32_t c = 0; c < n; ++c) {
    const int32_t o = first + c;
    out[o] = requantize(acc[c], p.multipliers.values[o], p.multipliers.shifts[o], p.out);
  }
}

}  // namespace

void depthwise_conv_2d_s8_portable(const ConvS8& p, const ConvS8Tensors& t, RowRange range) {
  const ConvShape& s = p.shape;
  ConvS8Tensors block = t;
  for (int32_t y = range.begin; y < range.end; ++y) {
    const WindowPlace rows = rows_of(s, y);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const WindowPlace columns = columns_of(s, x);
      for (ChannelRange channels{0, 0}; channels.begin < s.out_c; channels.begin = channels.end) {
        channels.end = block_end(s, channels.begin);
        block.filter = t.filter + channels.begin;
        run_pixel(p, block, rows, columns, channels, s.out_c, t.out.row(y) + x * s.out_c);
      }
    }
  }
}

void depthwise_conv_2d_s4_portable(const ConvS8& p, const ConvS4Tensors& t, RowRange range, int8_t* unpacked) {
  const ConvShape& s = p.shape;
  const ConvS8Tensors block{t.in, unpacked, t.bias, t.out};
  for (ChannelRange channels{0, 0}; channels.begin < s.out_c; channels.begin = channels.end) {
    channels.end = block_end(s, channels.begin);
    const int32_t n = channels.end - channels.begin;
    for (int32_t tap = 0; tap < s.taps(); ++tap) unpack_s8(t.filter, 4, tap * s.out_c + channels.begin, n, unpacked + tap * n);
    for (int32_t y = range.begin; y < range.end; ++y) {
      const WindowPlace rows = rows_of(s, y);
      for (int32_t x = 0; x < s.out_w; ++x) run_pixel(p, block, rows, columns_of(s, x), channels, n, t.out.row(y) + x * s.out_c);
    }
  }
}

}  // namespace midge
