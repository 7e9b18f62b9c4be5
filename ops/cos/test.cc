// COS of float32, near enough to the function in double.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_cos(Report& r) {
  if (r.next_case()) check_unary_f32(r, ops::cos, -20, 20, 1.0f / (1 << 22), [](double x) { return sin_double(x + kPi / 2); });
  if (r.next_case()) check_refused(r, ops::cos, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
