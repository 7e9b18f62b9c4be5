// SIN of float32, near enough to the function in double.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_sin(Report& r) {
  if (r.next_case()) check_unary_f32(r, ops::sin, -20, 20, 1.0f / (1 << 22), [](double x) { return sin_double(x); });
  if (r.next_case()) check_refused(r, ops::sin, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
