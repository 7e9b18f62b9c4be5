// RESHAPE: the same bytes, for shapes given as a constant, with one dimension open.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const Shape& wanted, const Shape& out) {
  Constants constants;
  constants.count = 1;
  constants.shapes[0] = shape_of(wanted.rank);
  constants.values[0] = wanted.dims;
  check_movement_types(r, ops::reshape, in, constants, out, Options(), [&](const int32_t* p) { return index_of(out, p); });
}

}  // namespace

void test_reshape(Report& r) {
  check(r, shape_of(2, 3, 4), shape_of(24), shape_of(24));
  check(r, shape_of(2, 3, 4), shape_of(4, -1), shape_of(4, 6));
  check(r, shape_of(2, 3, 4), shape_of(-1, 1, 3, 1, 2, 2), shape_of(2, 1, 3, 1, 2, 2));
  check(r, shape_of(1), shape_of(1, 1), shape_of(1, 1));
}

}  // namespace testing
}  // namespace midge
