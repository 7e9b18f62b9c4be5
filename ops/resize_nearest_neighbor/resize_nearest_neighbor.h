// RESIZE_NEAREST_NEIGHBOR: out[b,y,x,c] = in[b,at(y),at(x),c]. Layout NHWC; any type of 1, 2, 4 or 8 bytes.
//
//   at(i) = min(floor((i + h) * s), in - 1)        h: 1/2 with half_pixel_centers, else 0
//   s = in / out                                   with align_corners: (in - 1) / (out - 1) where out > 1, rounded not floored
//
// In single precision, as the contract does. The second input is the size [height, width], of int32 or int64.
#pragma once
#include "ops/common/resize.h"

namespace midge {

/// The input element along one axis that output element i is.
int32_t nearest_neighbor(int32_t i, int32_t in, int32_t out, bool align_corners, bool half_pixel);

}  // namespace midge
