// Pooling over a window: the mean, the maximum or the root of the mean square of the input elements that it covers, by channel, clamped.
//
// Layout NHWC. Elements outside the input do not take part (means divide by the number that do).
// T: int8_t, int16_t or uint8_t. Their means round to nearest, ties away from zero; the window's sum must fit 32 bits.
#pragma once
#include "kernels/rows.h"

namespace midge {

struct PoolShape {
  int32_t batches, in_h, in_w, channels, out_h, out_w;
  int32_t filter_h, filter_w, stride_h, stride_w, pad_top, pad_left;
};

template <class T>
struct PoolRange {
  T low, high;
};

template <class T>
void average_pool_q_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const T> in, Rows<T> out, RowRange rows);
template <class T>
void max_pool_q_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const T> in, Rows<T> out, RowRange rows);
void average_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows);
void max_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows);
void l2_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows);

}  // namespace midge
