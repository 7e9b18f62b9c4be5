// SPACE_TO_BATCH_ND: blocks of one and two dimensions with a border, element by element; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

/// block and border (before, after) of `spatial` dimensions.
Constants blocks(int32_t spatial, const int32_t* block, const int32_t* border) {
  return {2, {shape_of(spatial), shape_of(spatial, 2)}, {block, border}};
}

void check(Report& r, const Shape& in, int32_t spatial, const int32_t* block, const int32_t* border) {
  Shape out = in;
  for (int32_t m = 0; m < spatial; ++m) {
    out.dims[0] *= block[m];
    out.dims[m + 1] = (in[m + 1] + border[2 * m] + border[2 * m + 1]) / block[m];
  }
  check_movement_types(r, ops::space_to_batch_nd, in, blocks(spatial, block, border), out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank], place = p[0] / in[0];  // within the block
    from[0] = p[0] % in[0];
    for (int32_t d = 1; d < in.rank; ++d) from[d] = p[d];
    for (int32_t m = spatial - 1; m >= 0; place /= block[m--]) {
      const int32_t d = m + 1;
      from[d] = p[d] * block[m] + place % block[m] - border[2 * m];
      if (from[d] < 0 || from[d] >= in[d]) return int32_t{-1};
    }
    return index_of(in, from);
  });
}

}  // namespace

void test_space_to_batch_nd(Report& r) {
  const int32_t two[] = {2, 2}, wide[] = {1, 3}, one[] = {3}, three[] = {2, 1, 2};
  const int32_t none[6] = {}, some[] = {1, 0, 2, 1}, far[] = {5, 2, 0, 3}, line[] = {4, 1};
  check(r, shape_of(1, 4, 6, 2), 2, two, none);
  check(r, shape_of(2, 3, 5, 1), 2, two, some);
  check(r, shape_of(1, 3, 3, 2), 2, wide, far);
  check(r, shape_of(2, 4, 3), 1, one, line);
  check(r, shape_of(2, 4), 1, one, line);
  check(r, shape_of(2, 2, 2, 2, 2), 3, three, none);
  const int32_t zero[] = {0, 1}, negative[] = {-2, 0, 0, 0}, odd[] = {1, 0, 0, 0};
  const Shape in = shape_of(1, 4, 4, 1), out = shape_of(4, 2, 2, 1);
  check_movement_refused(r, ops::space_to_batch_nd, in, blocks(2, two, none), out, Options(), Code::kOk);
  check_movement_refused(r, ops::space_to_batch_nd, in, blocks(2, zero, none), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::space_to_batch_nd, in, blocks(2, two, negative), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::space_to_batch_nd, in, blocks(2, two, odd), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::space_to_batch_nd, shape_of(4, 4), blocks(2, two, none), out, Options(), Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
