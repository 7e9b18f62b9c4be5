// LOGISTIC: the table within a step of the function in double, and float32 within 2^-22.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

void test_logistic(Report& r) {
  const auto f = [](double x) { return 1 / (1 + exp_double(-x)); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.001f, -128}, {0.06f, 127}, {0.1f, -20}, {1.0f, 3}};
  for (const Quant in : kIn) {
    if (r.next_case()) check_unary_s8(r, ops::logistic, in, {1.0f / 256, -128}, f);
  }
  if (r.next_case()) check_unary_f32(r, ops::logistic, 12, 1.0f / (1 << 22), f);
}

}  // namespace testing
}  // namespace midge
