// SQUARE of float32, near enough to the function in double.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_square(Report& r) {
  if (r.next_case()) check_unary_f32(r, ops::square, -9, 9, 1.0f / (1 << 17), [](double x) { return x * x; });
  if (r.next_case()) check_refused(r, ops::square, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
