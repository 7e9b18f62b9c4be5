// RESHAPE: the same bytes, for shapes given as a constant, by the options or at run time, with one dimension open; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const Shape& wanted, const Shape& out) {
  const auto same = [&](const int32_t* p) { return index_of(out, p); };
  for (uint32_t computed = 0; computed < 2; ++computed) {
    check_movement_types(r, ops::reshape, in, {1, {shape_of(wanted.rank)}, {wanted.dims}, computed}, out, Options(), same);
  }
  check_movement_types(r, ops::reshape, in, {}, out, Options().vector(0, wanted.dims, wanted.rank), same);
}

}  // namespace

void test_reshape(Report& r) {
  check(r, shape_of(2, 3, 4), shape_of(24), shape_of(24));
  check(r, shape_of(2, 3, 4), shape_of(4, -1), shape_of(4, 6));
  check(r, shape_of(2, 3, 4), shape_of(-1, 1, 3, 1, 2, 2), shape_of(2, 1, 3, 1, 2, 2));
  check(r, shape_of(1), shape_of(1, 1), shape_of(1, 1));
  const Shape in = shape_of(2, 6), out = shape_of(3, 4);
  const auto refused = [&](const Shape& wanted, uint32_t computed, Code code) {
    check_movement_refused(r, ops::reshape, in, {1, {shape_of(wanted.rank)}, {wanted.dims}, computed}, out, Options(), code);
  };
  refused(shape_of(3, 4), 0, Code::kOk);
  refused(shape_of(3, 5), 0, Code::kShapeMismatch);
  refused(shape_of(-1, 5), 0, Code::kShapeMismatch);
  refused(shape_of(-1, -1), 0, Code::kShapeMismatch);
  refused(shape_of(4, 3), 0, Code::kShapeMismatch);  // not what the file says
  refused(shape_of(4, 3), 1, Code::kBadData);
  refused(shape_of(3, 4, 1), 1, Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
