// RESIZE_NEAREST_NEIGHBOR: where an output element comes from.
#include "base/fixed_point.h"
#include "base/span.h"
#include "ops/resize_nearest_neighbor/resize_nearest_neighbor.h"

namespace midge {

int32_t nearest_neighbor(int32_t i, int32_t in, int32_t out, bool align_corners, bool half_pixel) {
  const bool aligned = align_corners && out > 1;
  const float scale = aligned ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : static_cast<float>(in) / static_cast<float>(out);
  const float at = (static_cast<float>(i) + (half_pixel ? 0.5f : 0.0f)) * scale;
  return min(align_corners ? round_to_int(at) : static_cast<int32_t>(at), in - 1);
}

}  // namespace midge
