// NEG of each type, exactly; the smallest integers stay.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_neg(Report& r) {
  if (r.next_case()) check_unary_exact<int8_t>(r, ops::neg, [](int8_t x) { return static_cast<int8_t>(-x); });
  if (r.next_case()) check_unary_exact<int16_t>(r, ops::neg, [](int16_t x) { return static_cast<int16_t>(-x); });
  if (r.next_case()) check_unary_exact<int32_t>(r, ops::neg, [](int32_t x) { return x == INT32_MIN ? x : -x; });
  if (r.next_case()) check_unary_exact<int64_t>(r, ops::neg, [](int64_t x) { return x == INT64_MIN ? x : -x; });
  if (r.next_case()) check_unary_f32(r, ops::neg, -10, 10, 0, [](double x) { return -x; });
  if (r.next_case())
    check_refused(r, ops::neg, {Type::kInt8, shape_of(4)}, {Type::kInt16, shape_of(4)}, Code::kUnsupportedType, "two types");
}

}  // namespace testing
}  // namespace midge
