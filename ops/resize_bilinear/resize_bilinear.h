// RESIZE_BILINEAR: each output element is the mean of the four input elements around its place, weighted by how near they are.
//
//   at(i) = (i + 1/2) * s - 1/2 with half_pixel_centers, else i * s
//   s = in / out                                   with align_corners: (in - 1) / (out - 1) where out > 1
//   low = max(floor(at), 0), high = min(ceil(at), in - 1), d = at - low        along each axis
//   out = (in[y.low] * (1 - y.d) + in[y.high] * y.d) interpolated likewise along x
//
// Layout NHWC. int8 and int16: s and d have ten fraction bits, the result is rounded to nearest, ties away from zero. float32 and
// uint8: single precision, uint8 rounded to nearest, ties up. Scales are not looked at.
// Where the rounded s is too large (long outputs) and `at` passes the last element, that one is taken; LiteRT reads beyond it.
#pragma once
#include "ops/common/resize.h"

namespace midge {

/// T is int8_t or int16_t.
template <class T>
void resize_bilinear_integer_reference(const ResizeData& p, const T* in, T* out);

/// T is float or uint8_t.
template <class T>
void resize_bilinear_real_reference(const ResizeData& p, const T* in, T* out);

}  // namespace midge
