// FLOOR of float32 in steps of a quarter, exactly.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_floor(Report& r) {
  if (r.next_case())
    check_unary_f32(r, ops::floor, -12.5f, 12.5f, 0, [](double x) { return static_cast<double>(static_cast<int64_t>(x + 100)) - 100; });
  if (r.next_case()) check_refused(r, ops::floor, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
