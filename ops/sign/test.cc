// SIGN of both types.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_sign(Report& r) {
  if (r.next_case()) check_unary_exact<int32_t>(r, ops::sign, [](int32_t x) { return x > 0 ? 1 : (x < 0 ? -1 : 0); });
  if (r.next_case()) check_unary_f32(r, ops::sign, -10, 10, 0, [](double x) { return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0); });
  if (r.next_case()) check_refused(r, ops::sign, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
