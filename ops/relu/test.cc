// RELU over all 8-bit inputs and some of int16 on several scales, and float32.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_relu(Report& r) {
  const auto f = [](double x) { return max(x, 0.0); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.1f, 20}, {0.05f, 127}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::relu, {in, out}, f);
      if (r.next_case()) check_unary_q<uint8_t>(r, ops::relu, {{in.scale, in.zero_point + 128}, {out.scale, out.zero_point + 128}}, f);
    }
  }
  constexpr float kOut16[] = {0.0003f, 0.0005f, 0.002f};
  for (const float out : kOut16) {
    if (r.next_case()) check_unary_q<int16_t>(r, ops::relu, {{0.0005f, 0}, {out, 0}}, f);
  }
  if (r.next_case()) check_unary_f32(r, ops::relu, -10, 10, 0, f);
  if (r.next_case()) check_unary_refusals(r, ops::relu, Type::kInt8, {0.1f, 0}, {0.1f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::relu, 0.001f, 0.002f);
}

}  // namespace testing
}  // namespace midge
