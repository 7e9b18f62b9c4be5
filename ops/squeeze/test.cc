// SQUEEZE: named dimensions, from both ends, and all of them; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const int32_t* named, int32_t count, const Shape& out) {
  check_movement_types(r, ops::squeeze, in, {}, out, Options().vector(0, named, count), [&](const int32_t* p) { return index_of(out, p); });
}

}  // namespace

void test_squeeze(Report& r) {
  const int32_t named[] = {1, -1, 1};
  check(r, shape_of(1, 1, 3, 2, 1), named, 3, shape_of(1, 3, 2));
  check(r, shape_of(1, 1, 3, 2, 1), named, 1, shape_of(1, 3, 2, 1));
  check(r, shape_of(1, 1, 3, 2, 1), named, 0, shape_of(3, 2));
  check(r, shape_of(1, 1), named, 0, shape_of());
  check(r, shape_of(3, 2), named, 0, shape_of(3, 2));
  const int32_t bad[] = {0, 2, -3};  // of 3 elements, outside, outside
  for (const int32_t& d : bad) {
    check_movement_refused(r, ops::squeeze, shape_of(3, 1), {}, shape_of(3), Options().vector(0, &d, 1), Code::kBadValue);
  }
}

}  // namespace testing
}  // namespace midge
