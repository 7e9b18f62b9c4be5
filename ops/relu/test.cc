// RELU over all 256 int8 inputs on several scales, and float32.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

void test_relu(Report& r) {
  const auto f = [](double x) { return max(x, 0.0); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.1f, 20}, {0.05f, 127}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_s8(r, ops::relu, in, out, f);
    }
  }
  if (r.next_case()) check_unary_f32(r, ops::relu, 10, 0, f);
}

}  // namespace testing
}  // namespace midge
