// TRANSPOSE_CONV int8 over gemm_s8: four output channels share the loads of the input.
#include "kernels/gemm_s8/gemm_s8.h"
#include "ops/transpose_conv/transpose_conv.h"

namespace midge {

void transpose_conv_s8_portable(const TransposeConvQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out) {
  const TransposeConvShape& s = p.shape;
  const int32_t taps = s.taps();
  for (int32_t y = 0; y < s.out_h; ++y) {
    for (int32_t x = 0; x < s.out_w; ++x) {
      for (int32_t o = 0; o < s.out_c;) {
        const int32_t block = s.out_c - o >= 4 ? 4 : 1;
        int32_t acc[4] = {};
        for (int32_t k = 0; k < block; ++k) acc[k] = bias == nullptr ? 0 : bias[o + k];
        for_each_run(s, y, x, [&](int32_t from, int32_t tap) {
          const int8_t* w = filter + o * taps + tap;
          if (block == 4) {
            gemm_s8_x4(in + from, w, taps, s.in_c, p.input_offset, acc);
          } else {
            acc[0] = wrapping_add(acc[0], gemm_s8_x1(in + from, w, s.in_c, p.input_offset));
          }
        });
        for (int32_t k = 0; k < block; ++k, ++o) {
          *out++ = requantize(acc[k], p.multipliers.values[o], p.multipliers.shifts[o], p.out);
        }
      }
    }
  }
}

}  // namespace midge
