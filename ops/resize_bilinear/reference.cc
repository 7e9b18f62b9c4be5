// RESIZE_BILINEAR, slow and obvious.
#include "base/span.h"
#include "ops/resize_bilinear/resize_bilinear.h"

namespace midge {
namespace {

/// Where an output element lies along an axis: between two input elements, `weight` of the way from low to high.
template <class W>
struct Place {
  int32_t low, high;
  W weight;
};

constexpr int32_t kOne = 1 << 10;

Place<int32_t> place_integer(int32_t i, int32_t in, int32_t out, const ResizeData& p) {
  const bool aligned = p.align_corners != 0 && out > 1;
  const int32_t to = aligned ? out - 1 : out;
  const int32_t scale = (kOne * (aligned ? in - 1 : in) + to / 2) / to;
  const int32_t at = i * scale + (p.half_pixel != 0 ? scale / 2 - kOne / 2 : 0);
  Place<int32_t> place;
  place.low = clamp(at / kOne, int32_t{0}, in - 1);
  place.high = min((at + kOne - 1) / kOne, in - 1);
  place.weight = place.low < place.high ? at - kOne * place.low : 0;
  return place;
}

Place<float> place_real(int32_t i, int32_t in, int32_t out, const ResizeData& p) {
  const bool aligned = p.align_corners != 0 && out > 1;
  const float scale = aligned ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : static_cast<float>(in) / static_cast<float>(out);
  const float at = p.half_pixel != 0 ? (static_cast<float>(i) + 0.5f) * scale - 0.5f : static_cast<float>(i) * scale;
  const int32_t whole = static_cast<int32_t>(at);  // -1/2 <= at: towards zero is what the lower bound needs
  Place<float> place;
  place.low = min(whole, in - 1);
  place.high = min(whole + (at > static_cast<float>(whole) ? 1 : 0), in - 1);
  place.weight = at - static_cast<float>(place.low);  // negative before the first element: the contract's rounding needs it
  return place;
}

int8_t mix(int32_t above, int32_t below, int32_t weight, int8_t /*type*/) {
  const int32_t sum = above * (kOne - weight) + below * weight;
  return static_cast<int8_t>((sum + (sum > 0 ? kOne * kOne / 2 : -kOne * kOne / 2)) / (kOne * kOne));
}
int16_t mix(int32_t above, int32_t below, int32_t weight, int16_t /*type*/) {
  const int64_t sum = static_cast<int64_t>(above) * (kOne - weight) + static_cast<int64_t>(below) * weight;
  return static_cast<int16_t>((sum + (sum > 0 ? kOne * kOne / 2 : -kOne * kOne / 2)) / (kOne * kOne));
}

/// Calls f(output element, corners of the input, places) for each element: corner k is at row k / 2, column k % 2.
template <class W, class T, class P, class F>
void for_each_place(const ResizeData& p, const T* in, T* out, P place, F f) {
  const int32_t row = p.in_w * p.channels;
  for (int32_t b = 0; b < p.batches; ++b, in += p.in_h * row) {
    for (int32_t i = 0; i < p.out_h; ++i) {
      const Place<W> y = place(i, p.in_h, p.out_h, p);
      for (int32_t j = 0; j < p.out_w; ++j) {
        const Place<W> x = place(j, p.in_w, p.out_w, p);
        const T *above = in + y.low * row, *below = in + y.high * row;
        for (int32_t c = 0; c < p.channels; ++c) {
          const int32_t left = x.low * p.channels + c, right = x.high * p.channels + c;
          *out++ = f(above[left], above[right], below[left], below[right], y.weight, x.weight);
        }
      }
    }
  }
}

}  // namespace

template <class T>
void resize_bilinear_integer_reference(const ResizeData& p, const T* in, T* out) {
  for_each_place<int32_t>(p, in, out, place_integer, [](T above_left, T above_right, T below_left, T below_right, int32_t y, int32_t x) {
    const int32_t above = above_left * (kOne - x) + above_right * x, below = below_left * (kOne - x) + below_right * x;
    return mix(above, below, y, T());
  });
}

template <class T>
void resize_bilinear_real_reference(const ResizeData& p, const T* in, T* out) {
  constexpr float kRound = static_cast<T>(0.5f) == 0 ? 0.5f : 0.0f;  // of integers
  for_each_place<float>(p, in, out, place_real, [](T above_left, T above_right, T below_left, T below_right, float y, float x) {
    const auto real = [](T v) { return static_cast<float>(v); };
    return static_cast<T>(real(above_left) * (1 - y) * (1 - x) + real(below_left) * y * (1 - x) + real(above_right) * (1 - y) * x +
                          real(below_right) * y * x + kRound);
  });
}

template void resize_bilinear_integer_reference(const ResizeData&, const int8_t*, int8_t*);
template void resize_bilinear_integer_reference(const ResizeData&, const int16_t*, int16_t*);
template void resize_bilinear_real_reference(const ResizeData&, const float*, float*);
template void resize_bilinear_real_reference(const ResizeData&, const uint8_t*, uint8_t*);

}  // namespace midge
