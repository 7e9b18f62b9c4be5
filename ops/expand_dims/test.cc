// EXPAND_DIMS: each axis of tensors of each rank; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

Constants axis_of(const int32_t* axis) { return {1, {shape_of(1)}, {axis}}; }

}  // namespace

void test_expand_dims(Report& r) {
  Shape in;
  for (in.rank = 0; in.rank < kMaxRank; ++in.rank) {
    for (int32_t d = 0; d < in.rank; ++d) in.dims[d] = d % 3 + 1;
    for (int32_t axis = -in.rank - 1; axis <= in.rank; ++axis) {
      const int32_t at = axis < 0 ? axis + in.rank + 1 : axis;
      Shape out;
      for (int32_t d = 0, from = 0; d <= in.rank; ++d) out.dims[out.rank++] = d == at ? 1 : in[from++];
      check_movement_types(r, ops::expand_dims, in, axis_of(&axis), out, Options(), [&](const int32_t* p) { return index_of(out, p); });
    }
  }
  const int32_t behind = 3, before = -4, good = 1;
  const Shape plane = shape_of(2, 3), full = shape_of(1, 2, 1, 2, 1, 2);
  check_movement_refused(r, ops::expand_dims, plane, axis_of(&behind), shape_of(2, 3, 1), Options(), Code::kBadValue);
  check_movement_refused(r, ops::expand_dims, plane, axis_of(&before), shape_of(1, 2, 3), Options(), Code::kBadValue);
  check_movement_refused(r, ops::expand_dims, full, axis_of(&good), full, Options(), Code::kBadRank);
  check_movement_refused(r, ops::expand_dims, plane, axis_of(&good), shape_of(2, 3, 1), Options(), Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
