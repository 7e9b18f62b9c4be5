// RELU_N1_TO_1 over all 8-bit inputs on several scales, and float32.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_relu_n1_to_1(Report& r) {
  const auto f = [](double x) { return clamp(x, -1.0, 1.0); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.1f, 20}, {0.05f, 127}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::relu_n1_to_1, {in, out}, f);
      if (r.next_case())
        check_unary_q<uint8_t>(r, ops::relu_n1_to_1, {{in.scale, in.zero_point + 128}, {out.scale, out.zero_point + 128}}, f);
    }
  }
  if (r.next_case()) check_unary_f32(r, ops::relu_n1_to_1, -10, 10, 0, f);
  if (r.next_case()) check_unary_refusals(r, ops::relu_n1_to_1, Type::kInt8, {0.1f, 0}, {0.1f, -128});
}

}  // namespace testing
}  // namespace midge
