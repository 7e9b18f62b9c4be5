// CONV_2D int8 and int4 over gemm_s8: four output channels share the loads of the input, and the taps of a filter row that lie next
// to each other in memory are one run.
#include "kernels/gemm_s8/gemm_s8.h"
#include "kernels/packed/packed.h"
#include "ops/conv_2d/conv_2d.h"

namespace midge {
namespace {

/// The filter begins with that of the first channel.
void run(const ConvS8& p, const ConvS8Tensors& t, RowRange range, ChannelRange channels) {
  const ConvShape& s = p.shape;
  const int32_t taps = s.taps();
  const int32_t per_group = s.channels_per_group();
  for (int32_t y = range.begin; y < range.end; ++y) {
    const WindowPlace rows = rows_of(s, y);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const ConvWindow window = window_of(s, rows, x);
      int8_t* const out = t.out.row(y) + x * s.out_c;
      const int8_t* filter = t.filter;
      for (int32_t o = channels.begin; o < channels.end;) {
        const int32_t group = o / per_group, end = min((group + 1) * per_group, channels.end);
        for (; end - o >= 4; o += 4, filter += 4 * taps) {
          int32_t acc[4] = {};
          for (int32_t k = 0; k < 4; ++k) acc[k] = t.bias == nullptr ? 0 : t.bias[o + k];
          for_each_run(s, window, t.in, group,
                       [&](const int8_t* in, int32_t tap, int32_t n) { gemm_s8_x4(in, filter + tap, taps, n, p.input_offset, acc); });
          for (int32_t k = 0; k < 4; ++k) out[o + k] = requantize(acc[k], p.multipliers.values[o + k], p.multipliers.shifts[o + k], p.out);
        }
        for (; o < end; ++o, filter += taps) {
          int32_t acc = t.bias == nullptr ? 0 : t.bias[o];
          for_each_run(s, window, t.in, group, [&](const int8_t* in, int32_t tap, int32_t n) {
            acc = wrapping_add(acc, gemm_s8_x1(in, filter + tap, n, p.input_offset));
          });
          out[o] = requantize(acc, p.multipliers.values[o], p.multipliers.shifts[o], p.out);
        }
      }
    }
  }
}

}  // namespace

void conv_2d_s8_portable(const ConvS8& p, const ConvS8Tensors& t, RowRange range) { run(p, t, range, ChannelRange{0, p.shape.out_c}); }

void conv_2d_s4_portable(const ConvS8& p, const ConvS4Tensors& t, RowRange range, int8_t* unpacked) {
  const int32_t taps = p.shape.taps();
  for (int32_t o = 0; o < p.shape.out_c; o += kConv2DUnpackedChannels) {
    const int32_t n = min(kConv2DUnpackedChannels, p.shape.out_c - o);
    unpack_s8(t.filter, 4, o * taps, n * taps, unpacked);
    run(p, ConvS8Tensors{t.in, unpacked, t.bias, t.out}, range, ChannelRange{o, o + n});
  }
}

}  // namespace midge
