// CONV_2D int8 over gemm_s8: four output channels share the loads of the input, and the taps of a filter row that lie next to
// each other in memory are one run.
#include "kernels/gemm_s8/gemm_s8.h"
#include "ops/conv_2d/conv_2d.h"

namespace midge {

void conv_2d_s8_portable(const Conv2DS8& p, const Conv2DS8Tensors& t, RowRange range) {
  const Conv2DShape& s = p.shape;
  const int32_t taps = s.taps();
  const int32_t per_group = s.channels_per_group();
  // Without groups and dilation in x, all taps of a filter row are contiguous in the input too.
  const bool contiguous = s.dilation_w == 1 && s.filter_c == s.in_c;
  for (int32_t y = range.begin; y < range.end; ++y) {
    const int32_t top = y * s.stride_h - s.pad_top;
    const RowRange dys = taps_inside(top, s.filter_h, s.dilation_h, s.in_h);
    int8_t* out = t.out.row(y);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const int32_t left = x * s.stride_w - s.pad_left;
      const RowRange dxs = taps_inside(left, s.filter_w, s.dilation_w, s.in_w);
      const int32_t runs = contiguous ? min(dxs.end - dxs.begin, int32_t{1}) : dxs.end - dxs.begin;
      const int32_t run = contiguous ? (dxs.end - dxs.begin) * s.filter_c : s.filter_c;
      for (int32_t o = 0; o < s.out_c;) {
        const int32_t group = o / per_group;
        const int32_t block = (group + 1) * per_group - o >= 4 ? 4 : 1;
        int32_t acc[4] = {};
        for (int32_t k = 0; k < block; ++k) acc[k] = t.bias == nullptr ? 0 : t.bias[o + k];
        for (int32_t dy = dys.begin; dy < dys.end; ++dy) {
          const int8_t* row = t.in.row(top + dy * s.dilation_h) + group * s.filter_c;
          for (int32_t r = 0; r < runs; ++r) {
            const int32_t dx = dxs.begin + r;
            const int8_t* in = row + (left + dx * s.dilation_w) * s.in_c;
            const int8_t* w = t.filter + o * taps + (dy * s.filter_w + dx) * s.filter_c;
            if (block == 4) {
              gemm_s8_x4(in, w, taps, run, p.input_offset, acc);
            } else {
              acc[0] = wrapping_add(acc[0], gemm_s8_x1(in, w, run, p.input_offset));
            }
          }
        }
        for (int32_t k = 0; k < block; ++k, ++o) {
          *out++ = requantize(acc[k], p.multipliers.values[o], p.multipliers.shifts[o], p.out);
        }
      }
    }
  }
}

}  // namespace midge
