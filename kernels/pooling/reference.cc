// Poolings, slow and obvious; one walk over the windows, several ways to reduce one.
#include "kernels/pooling/pooling.h"

#include "base/float_math.h"

namespace midge {
namespace {

/// Calls finish(reduced, count) -> output for each window; reduce(accumulator, element) folds its elements in, from `first`.
template <class T, class A, class Reduce, class Finish>
void pool(const PoolShape& s, Rows<const T> in, Rows<T> out, RowRange rows, A first, Reduce reduce, Finish finish) {
  for (int32_t y = rows.begin; y < rows.end; ++y) {
    const int32_t top = y * s.stride_h - s.pad_top;
    const RowRange dys = taps_inside(top, s.filter_h, 1, s.in_h);
    T* to = out.row(y);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const int32_t left = x * s.stride_w - s.pad_left;
      const RowRange dxs = taps_inside(left, s.filter_w, 1, s.in_w);
      const int32_t count = (dys.end - dys.begin) * (dxs.end - dxs.begin);
      for (int32_t c = 0; c < s.channels; ++c) {
        A acc = first;
        for (int32_t dy = dys.begin; dy < dys.end; ++dy) {
          const T* from = in.row(top + dy) + (left + dxs.begin) * s.channels + c;
          for (int32_t dx = dxs.begin; dx < dxs.end; ++dx, from += s.channels) acc = reduce(acc, *from);
        }
        *to++ = finish(acc, count);
      }
    }
  }
}

}  // namespace

template <class T>
void average_pool_q_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const T> in, Rows<T> out, RowRange rows) {
  pool(
      s, in, out, rows, int32_t{0}, [](int32_t a, T x) { return a + x; },
      [&](int32_t sum, int32_t n) {
        const int32_t half = n / 2;
        return static_cast<T>(clamp((sum > 0 ? sum + half : sum - half) / n, range.low, range.high));
      });
}

template <class T>
void max_pool_q_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const T> in, Rows<T> out, RowRange rows) {
  pool(
      s, in, out, rows, INT32_MIN, [](int32_t a, T x) { return max<int32_t>(a, x); },
      [&](int32_t most, int32_t) { return static_cast<T>(clamp(most, range.low, range.high)); });
}

template void average_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const int8_t>, Rows<int8_t>, RowRange);
template void average_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const int16_t>, Rows<int16_t>, RowRange);
template void average_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const uint8_t>, Rows<uint8_t>, RowRange);
template void max_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const int8_t>, Rows<int8_t>, RowRange);
template void max_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const int16_t>, Rows<int16_t>, RowRange);
template void max_pool_q_reference(const PoolShape&, PoolRange<int32_t>, Rows<const uint8_t>, Rows<uint8_t>, RowRange);

void average_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows) {
  pool(
      s, in, out, rows, 0.0f, [](float a, float x) { return a + x; },
      [&](float sum, int32_t n) { return clamp(sum / static_cast<float>(n), range.low, range.high); });
}

void max_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows) {
  pool(
      s, in, out, rows, -__builtin_inff(), [](float a, float x) { return max(a, x); },
      [&](float most, int32_t) { return clamp(most, range.low, range.high); });
}

void l2_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows) {
  pool(
      s, in, out, rows, 0.0f, [](float a, float x) { return a + x * x; },
      [&](float sum, int32_t n) { return clamp(sqrt_f32(sum / static_cast<float>(n)), range.low, range.high); });
}

}  // namespace midge
