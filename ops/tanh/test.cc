// TANH: the table within a step of the function in double, and float32 within 2^-22.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

void test_tanh(Report& r) {
  const auto f = [](double x) { return 1 - 2 / (exp_double(2 * x) + 1); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.001f, -128}, {0.06f, 127}, {0.1f, -20}, {1.0f, 3}};
  for (const Quant in : kIn) {
    if (r.next_case()) check_unary_s8(r, ops::tanh, in, {1.0f / 128, 0}, f);
  }
  if (r.next_case()) check_unary_f32(r, ops::tanh, 12, 1.0f / (1 << 22), f);
}

}  // namespace testing
}  // namespace midge
