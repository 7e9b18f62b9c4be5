// SPACE_TO_DEPTH: block sizes 1 to 3, element by element; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, int32_t k) {
  const Shape out = shape_of(in[0], in[1] / k, in[2] / k, in[3] * k * k);
  check_movement_types(r, ops::space_to_depth, in, {}, out, Options().i32(0, k), [&](const int32_t* p) {
    const int32_t place = p[3] / in[3];  // within the block
    const int32_t from[] = {p[0], p[1] * k + place / k, p[2] * k + place % k, p[3] % in[3]};
    return index_of(in, from);
  });
}

}  // namespace

void test_space_to_depth(Report& r) {
  check(r, shape_of(2, 3, 4, 5), 1);
  check(r, shape_of(2, 4, 6, 3), 2);
  check(r, shape_of(1, 6, 3, 2), 3);
  const Shape in = shape_of(1, 4, 6, 1);
  check_movement_refused(r, ops::space_to_depth, in, {}, shape_of(1, 2, 3, 4), Options().i32(0, 2), Code::kOk);
  check_movement_refused(r, ops::space_to_depth, in, {}, shape_of(1, 1, 2, 9), Options().i32(0, 3), Code::kShapeMismatch);
  check_movement_refused(r, ops::space_to_depth, in, {}, in, Options().i32(0, 0), Code::kBadValue);
  check_movement_refused(r, ops::space_to_depth, shape_of(4, 6, 1), {}, shape_of(2, 3, 4), Options().i32(0, 2), Code::kUnsupportedRank);
}

}  // namespace testing
}  // namespace midge
