// conv_s8_reference: the definition of an int8 convolution, tap by tap.
#include "ops/common/conv.h"

namespace midge {
namespace {

int8_t output_at(const ConvS8& p, const ConvS8Tensors& t, FilterSteps steps, int32_t y, int32_t x, int32_t o) {
  const ConvShape& s = p.shape;
  const int32_t group = o / s.channels_per_group();
  int32_t acc = t.bias == nullptr ? 0 : t.bias[o];
  for (int32_t k = 0; k < s.taps(); ++k) {
    const int32_t i = k % s.filter_c, dx = k / s.filter_c % s.filter_w, dy = k / s.filter_c / s.filter_w;
    const int32_t iy = y * s.stride_h + dy * s.dilation_h - s.pad_top, ix = x * s.stride_w + dx * s.dilation_w - s.pad_left;
    if (iy < 0 || iy >= s.in_h || ix < 0 || ix >= s.in_w) continue;
    const int32_t in = t.in.row(iy)[ix * s.in_c + group * s.filter_c + i] + p.input_offset;
    acc = wrapping_add(acc, in * t.filter[o * steps.output + k * steps.tap]);
  }
  return requantize(acc, p.multipliers.values[o], p.multipliers.shifts[o], p.out);
}

}  // namespace

void conv_s8_reference(const ConvS8& p, const ConvS8Tensors& t, FilterSteps steps, RowRange range) {
  const ConvShape& s = p.shape;
  for (int32_t y = range.begin; y < range.end; ++y) {
    for (int32_t x = 0; x < s.out_w; ++x) {
      for (int32_t o = 0; o < s.out_c; ++o) t.out.row(y)[x * s.out_c + o] = output_at(p, t, steps, y, x, o);
    }
  }
}

}  // namespace midge
