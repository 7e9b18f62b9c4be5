// Pooling over a window: the mean or the maximum of the input elements that it covers, by channel, clamped.
//
// Layout NHWC. Elements outside the input do not take part (the mean divides by the number that do).
// int8 means round to nearest, ties away from zero.
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

void average_pool_s8_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const int8_t> in, Rows<int8_t> out, RowRange rows);
void max_pool_s8_reference(const PoolShape& s, PoolRange<int32_t> range, Rows<const int8_t> in, Rows<int8_t> out, RowRange rows);
void average_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows);
void max_pool_f32_reference(const PoolShape& s, PoolRange<float> range, Rows<const float> in, Rows<float> out, RowRange rows);

}  // namespace midge
