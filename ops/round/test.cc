// ROUND of float32 in steps of a quarter, exactly.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {
namespace {

double even(double x) {
  const int64_t below = static_cast<int64_t>(x + 100) - 100;
  const double rest = x - static_cast<double>(below);
  return static_cast<double>(below + (rest > 0.5 || (rest == 0.5 && below % 2 != 0) ? 1 : 0));
}

}  // namespace

void test_round(Report& r) {
  if (r.next_case()) check_unary_f32(r, ops::round, -12.5f, 12.5f, 0, [](double x) { return even(x); });
  if (r.next_case()) check_refused(r, ops::round, {Type::kInt8, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "int8");
}

}  // namespace testing
}  // namespace midge
