// BATCH_TO_SPACE_ND: blocks of one and two dimensions, cropped, element by element; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

/// block and crops (before, after) of `spatial` dimensions.
Constants blocks(int32_t spatial, const int32_t* block, const int32_t* crops) {
  return {2, {shape_of(spatial), shape_of(spatial, 2)}, {block, crops}};
}

void check(Report& r, const Shape& in, int32_t spatial, const int32_t* block, const int32_t* crops) {
  Shape out = in;
  for (int32_t m = 0; m < spatial; ++m) {
    out.dims[0] /= block[m];
    out.dims[m + 1] = in[m + 1] * block[m] - crops[2 * m] - crops[2 * m + 1];
  }
  check_movement_types(r, ops::batch_to_space_nd, in, blocks(spatial, block, crops), out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank], place = 0;  // within the block
    for (int32_t d = 0; d < in.rank; ++d) from[d] = p[d];
    for (int32_t m = 0; m < spatial; ++m) {
      const int32_t at = p[m + 1] + crops[2 * m];
      place = place * block[m] + at % block[m];
      from[m + 1] = at / block[m];
    }
    from[0] = place * out[0] + p[0];
    return index_of(in, from);
  });
}

}  // namespace

void test_batch_to_space_nd(Report& r) {
  const int32_t two[] = {2, 2}, wide[] = {1, 3}, one[] = {3}, three[] = {2, 1, 2};
  const int32_t none[6] = {}, some[] = {1, 0, 2, 1}, far[] = {2, 0, 0, 5}, line[] = {4, 1};
  check(r, shape_of(4, 2, 3, 2), 2, two, none);
  check(r, shape_of(8, 2, 3, 1), 2, two, some);
  check(r, shape_of(3, 3, 3, 2), 2, wide, far);
  check(r, shape_of(6, 4, 3), 1, one, line);
  check(r, shape_of(6, 4), 1, one, line);
  check(r, shape_of(8, 2, 2, 2, 2), 3, three, none);
  const int32_t zero[] = {2, 0}, negative[] = {0, -1, 0, 0}, all[] = {2, 2, 0, 0};
  const Shape in = shape_of(4, 2, 2, 1), out = shape_of(1, 4, 4, 1);
  check_movement_refused(r, ops::batch_to_space_nd, in, blocks(2, two, none), out, Options(), Code::kOk);
  check_movement_refused(r, ops::batch_to_space_nd, in, blocks(2, zero, none), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::batch_to_space_nd, in, blocks(2, two, negative), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::batch_to_space_nd, in, blocks(2, two, all), out, Options(), Code::kBadValue);
  check_movement_refused(r, ops::batch_to_space_nd, in, blocks(2, wide, none), out, Options(), Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
