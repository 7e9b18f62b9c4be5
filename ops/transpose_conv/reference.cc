// TRANSPOSE_CONV int8, slow and obvious: the oracle for every other kernel.
#include "ops/transpose_conv/transpose_conv.h"

namespace midge {

void transpose_conv_s8_reference(const TransposeConvQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out) {
  transpose_convolve<int64_t>(
      p.shape, in, filter, [&](int8_t x, int8_t w) { return (x + p.input_offset) * w; },
      [&](int32_t at, int32_t o, int64_t sum) {
        const int32_t acc = wrapping_add(static_cast<int32_t>(sum), bias == nullptr ? 0 : bias[o]);
        out[at] = requantize(acc, p.multipliers.values[o], p.multipliers.shifts[o], p.out);
      });
}

}  // namespace midge
