// What RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR share: an NHWC input, a size [height, width], and where the two grids meet.
#pragma once
#include "ops/common/checked_ints.h"

namespace midge {

struct ResizeData {
  int32_t batches, channels;
  int32_t in_h, in_w, out_h, out_w;
  uint32_t align_corners;  ///< the outermost elements of input and output coincide
  uint32_t half_pixel;     ///< the elements are squares whose edges coincide
  uint32_t element_bytes;
  CheckedInts size;
};

/// Option ids of the two operators.
struct ResizeOptions {
  uint32_t align_corners, half_pixel;
};

/// Checks everything but the element type, and sets the output's shape. kTooLarge for more than 2^20 rows or columns.
Status prepare_resize(PrepareContext& c, ResizeOptions ids, ResizeData** out);

/// kBadData where the size, computed at run time, is not the output's.
inline Status check_resize(const EvalContext& c) { return check_ints(c, 1, c.data<ResizeData>().size); }

}  // namespace midge
