// TRANSPOSE_CONV: out[b,y,x,o] = act(bias[o] + sum over iy,ix,i of in[b,iy,ix,i] * filter[o, y + pt - iy*sh, x + pl - ix*sw, i])
//
// summed where the filter has such a tap. Layout: input NHWC, filter OHWI, bias O; the output's shape is an input, and the padding is
// that of the convolution which leads from the output back to the input. It may be computed at run time: then it must be the one
// that the file notes.
// Types: int8, int16 with int8 filter (bias int32 or int64), uint8 (filter with a zero point), float32, and hybrid: float32
// activations with an int8 filter, the input quantised by image at each inference.
#pragma once
#include "kernels/requantize/requantize.h"
#include "kernels/rows.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

struct TransposeConvShape {
  int32_t batches, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t filter_h, filter_w, stride_h, stride_w, pad_top, pad_left;

  int32_t taps() const { return filter_h * filter_w * in_c; }
};

/// Integer activations. Multipliers are those of a filter with one scale too.
struct TransposeConvQ {
  TransposeConvShape shape;
  int32_t input_offset, filter_offset;  ///< minus the zero points; the filter's is 0 but for uint8
  OutputStage out;
  uint32_t wide;  ///< accumulator and bias have 64 bits: int16 activations
  ChannelMultipliers multipliers;
};

struct TransposeConvF32 {
  TransposeConvShape shape;
  float low, high;
};

struct TransposeConvHybrid {
  TransposeConvF32 f32;
  Quantization filter_scales;
};

/// The positions of the input along one axis from which output y is reached, y + pad - i * stride being the tap for position i.
inline RowRange positions_reaching(int32_t y, int32_t pad, int32_t stride, int32_t taps, int32_t size) {
  const int32_t at = y + pad;
  return {at < taps ? 0 : (at - taps) / stride + 1, min(at / stride + 1, size)};
}

/// Calls f(first element of the image, first element of an output channel's filter) for each pixel of the input that reaches a pixel
/// of the output: a run of in_c elements in both.
template <class F>
void for_each_run(const TransposeConvShape& s, int32_t y, int32_t x, F f) {
  const RowRange rows = positions_reaching(y, s.pad_top, s.stride_h, s.filter_h, s.in_h);
  const RowRange columns = positions_reaching(x, s.pad_left, s.stride_w, s.filter_w, s.in_w);
  for (int32_t iy = rows.begin; iy < rows.end; ++iy) {
    const int32_t dy = y + s.pad_top - iy * s.stride_h;
    for (int32_t ix = columns.begin; ix < columns.end; ++ix) {
      const int32_t dx = x + s.pad_left - ix * s.stride_w;
      f((iy * s.in_w + ix) * s.in_c, (dy * s.filter_w + dx) * s.in_c);
    }
  }
}

/// Sums product(input element, filter element) for each output of an image, in the order of the input, and calls
/// finish(output element, channel, sum).
template <class Sum, class In, class Weight, class Product, class Finish>
void transpose_convolve(const TransposeConvShape& s, const In* in, const Weight* filter, Product product, Finish finish) {
  for (int32_t y = 0, at = 0; y < s.out_h; ++y) {
    for (int32_t x = 0; x < s.out_w; ++x) {
      for (int32_t o = 0; o < s.out_c; ++o, ++at) {
        Sum sum = 0;
        for_each_run(s, y, x, [&](int32_t from, int32_t tap) {
          const Weight* w = filter + o * s.taps() + tap;
          for (int32_t i = 0; i < s.in_c; ++i) sum += product(in[from + i], w[i]);
        });
        finish(at, o, sum);
      }
    }
  }
}

/// One image each.
void transpose_conv_s8_reference(const TransposeConvQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);
void transpose_conv_s8_portable(const TransposeConvQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);

}  // namespace midge
