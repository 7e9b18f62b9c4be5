// DEPTH_TO_SPACE: block sizes 1 to 3, element by element; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, int32_t k) {
  const Shape out = shape_of(in[0], in[1] * k, in[2] * k, in[3] / k / k);
  check_movement_types(r, ops::depth_to_space, in, {}, out, Options().i32(0, k), [&](const int32_t* p) {
    const int32_t from[] = {p[0], p[1] / k, p[2] / k, (p[1] % k * k + p[2] % k) * out[3] + p[3]};
    return index_of(in, from);
  });
}

}  // namespace

void test_depth_to_space(Report& r) {
  check(r, shape_of(2, 3, 4, 5), 1);
  check(r, shape_of(2, 2, 3, 12), 2);
  check(r, shape_of(1, 3, 2, 18), 3);
  const Shape in = shape_of(1, 2, 2, 8);
  check_movement_refused(r, ops::depth_to_space, in, {}, shape_of(1, 4, 4, 2), Options().i32(0, 2), Code::kOk);
  check_movement_refused(r, ops::depth_to_space, in, {}, shape_of(1, 8, 8, 1), Options().i32(0, 4), Code::kShapeMismatch);
  check_movement_refused(r, ops::depth_to_space, in, {}, in, Options().i32(0, 0), Code::kBadValue);
  check_movement_refused(r, ops::depth_to_space, in, {}, in, Options().i32(0, -2), Code::kBadValue);
  check_movement_refused(r, ops::depth_to_space, shape_of(2, 2, 8), {}, shape_of(4, 4, 2), Options().i32(0, 2), Code::kUnsupportedRank);
}

}  // namespace testing
}  // namespace midge
