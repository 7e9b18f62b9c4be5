// CONV_2D, slow and obvious: the oracle for every other kernel.
#include "kernels/hybrid/quantize_input.h"
#include "ops/conv_2d/conv_2d.h"

namespace midge {
namespace {

/// Calls f(input element index in the image, filter element index) for every tap of an output that lies inside the input.
template <class F>
void for_each_tap(const Conv2DShape& s, int32_t y, int32_t x, int32_t o, F f) {
  const int32_t group = o / s.channels_per_group();
  for (int32_t dy = 0; dy < s.filter_h; ++dy) {
    const int32_t iy = y * s.stride_h + dy * s.dilation_h - s.pad_top;
    if (iy < 0 || iy >= s.in_h) continue;
    for (int32_t dx = 0; dx < s.filter_w; ++dx) {
      const int32_t ix = x * s.stride_w + dx * s.dilation_w - s.pad_left;
      if (ix < 0 || ix >= s.in_w) continue;
      for (int32_t i = 0; i < s.filter_c; ++i) {
        f(iy, ix * s.in_c + group * s.filter_c + i, ((o * s.filter_h + dy) * s.filter_w + dx) * s.filter_c + i);
      }
    }
  }
}

template <class F>
void for_each_output(const Conv2DShape& s, F f) {
  for (int32_t b = 0; b < s.batches; ++b) {
    for (int32_t y = 0; y < s.out_h; ++y) {
      for (int32_t x = 0; x < s.out_w; ++x) {
        for (int32_t o = 0; o < s.out_c; ++o) f(b, y, x, o, ((b * s.out_h + y) * s.out_w + x) * s.out_c + o);
      }
    }
  }
}

}  // namespace

void conv_2d_s8_reference(const Conv2DS8& p, const Conv2DS8Tensors& t, RowRange range) {
  const Conv2DShape& s = p.shape;
  for (int32_t y = range.begin; y < range.end; ++y) {
    for (int32_t x = 0; x < s.out_w; ++x) {
      for (int32_t o = 0; o < s.out_c; ++o) {
        int32_t acc = t.bias == nullptr ? 0 : t.bias[o];
        for_each_tap(s, y, x, o,
                     [&](int32_t iy, int32_t in, int32_t w) { acc = wrapping_add(acc, (t.in.row(iy)[in] + p.input_offset) * t.filter[w]); });
        t.out.row(y)[x * s.out_c + o] = requantize(acc, p.multipliers.values[o], p.multipliers.shifts[o], p.out);
      }
    }
  }
}

void conv_2d_f32_reference(const Conv2DF32& p, const float* in, const float* filter, const float* bias, float* out) {
  const Conv2DShape& s = p.shape;
  for_each_output(s, [&](int32_t b, int32_t y, int32_t x, int32_t o, int32_t at) {
    const float* image = in + b * s.in_h * s.in_w * s.in_c;
    float acc = 0;
    for_each_tap(s, y, x, o, [&](int32_t iy, int32_t i, int32_t w) { acc += image[iy * s.in_w * s.in_c + i] * filter[w]; });
    out[at] = clamp(acc + (bias == nullptr ? 0.0f : bias[o]), p.low, p.high);
  });
}

void conv_2d_hybrid_reference(const Conv2DHybrid& p, const float* in, const int8_t* filter, const float* bias, int8_t* quantized, float* out) {
  const Conv2DShape& s = p.f32.shape;
  const int32_t image = s.in_h * s.in_w * s.in_c;
  HybridScale q{};
  int32_t quantized_batch = -1;
  for_each_output(s, [&](int32_t b, int32_t y, int32_t x, int32_t o, int32_t at) {
    if (b != quantized_batch) {
      q = p.symmetric_input ? quantize_symmetric(in + b * image, image, quantized) : quantize_asymmetric(in + b * image, image, quantized);
      quantized_batch = b;
    }
    int32_t acc = 0;
    for_each_tap(s, y, x, o, [&](int32_t iy, int32_t i, int32_t w) {
      acc = wrapping_add(acc, (quantized[iy * s.in_w * s.in_c + i] - q.zero_point) * filter[w]);
    });
    const float real = static_cast<float>(acc) * p.filter_scales.scale(static_cast<uint32_t>(o)) * q.scale;
    out[at] = clamp(real + (bias == nullptr ? 0.0f : bias[o]), p.f32.low, p.f32.high);
  });
}

}  // namespace midge
