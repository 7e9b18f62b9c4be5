// PAD: a border of zeros, or of the zero point, on any side of tensors of rank 1 to 4; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const int32_t* widths) {
  Constants constants;
  constants.count = 1;
  constants.shapes[0] = shape_of(in.rank, 2);
  constants.values[0] = widths;
  Shape out = in;
  for (int32_t d = 0; d < in.rank; ++d) out.dims[d] += widths[2 * d] + widths[2 * d + 1];
  check_movement_types(r, ops::pad, in, constants, out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank] = {};
    for (int32_t d = 0; d < in.rank; ++d) {
      from[d] = p[d] - widths[2 * d];
      if (from[d] < 0 || from[d] >= in[d]) return int32_t{-1};
    }
    return index_of(in, from);
  });
}

}  // namespace

void test_pad(Report& r) {
  const int32_t none[8] = {}, image[] = {0, 0, 1, 1, 2, 0, 0, 0}, channels[] = {0, 0, 0, 0, 0, 0, 1, 2}, all[] = {1, 0, 0, 2, 1, 1, 3, 0};
  check(r, shape_of(2, 3, 4, 2), none);
  check(r, shape_of(2, 3, 4, 2), image);
  check(r, shape_of(1, 3, 4, 2), channels);
  check(r, shape_of(2, 3, 2, 2), all);
  const int32_t line[] = {2, 3}, plane[] = {0, 1, 4, 0};
  check(r, shape_of(5), line);
  check(r, shape_of(3, 4), plane);
  const int32_t negative[] = {-1, 0};
  check_movement_refused(r, ops::pad, shape_of(5), {1, {shape_of(1, 2)}, {negative}}, shape_of(4), Options(), Code::kBadValue);
  check_movement_refused(r, ops::pad, shape_of(3, 4), {1, {shape_of(1, 2)}, {line}}, shape_of(3, 4), Options(), Code::kShapeMismatch);
  check_movement_refused(r, ops::pad, shape_of(5), {1, {shape_of(1, 2)}, {line}, 1}, shape_of(10), Options(), Code::kNotConstant);
}

}  // namespace testing
}  // namespace midge
