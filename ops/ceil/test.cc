// CEIL of float32 in steps of a quarter, exactly.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_ceil(Report& r) {
  if (r.next_case())
    check_unary_f32(r, ops::ceil, -12.5f, 12.5f, 0, [](double x) { return 100 - static_cast<double>(static_cast<int64_t>(100 - x)); });
  if (r.next_case()) check_refused(r, ops::ceil, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
