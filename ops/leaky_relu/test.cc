// LEAKY_RELU over all 8-bit inputs and some of int16, with alpha small, large and negative; float32.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_leaky_relu(Report& r) {
  constexpr float kAlphas[] = {0.01f, 0.3f, 1.5f, -0.2f, 0};
  for (const float alpha : kAlphas) {
    const Options options = Options().f32(0, alpha);
    const auto f = [=](double x) { return x < 0 ? x * static_cast<double>(alpha) : x; };
    constexpr Quant kIn[] = {{0.03f, 0}, {0.02f, 127}}, kOut[] = {{0.02f, -50}, {0.05f, 10}};
    for (const Quant in : kIn) {
      for (const Quant out : kOut) {
        if (r.next_case()) check_unary_q<int8_t>(r, ops::leaky_relu, {in, out, options}, f);
        if (r.next_case())
          check_unary_q<uint8_t>(r, ops::leaky_relu, {{in.scale, in.zero_point + 128}, {out.scale, out.zero_point + 128}, options}, f);
      }
    }
    if (r.next_case()) check_unary_q<int16_t>(r, ops::leaky_relu, {{0.0002f, 0}, {0.0003f, 0}, options}, f);
    if (r.next_case()) check_unary_f32(r, ops::leaky_relu, -5, 5, 1.0f / (1 << 21), f, options);
  }
  if (r.next_case()) check_unary_refusals(r, ops::leaky_relu, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::leaky_relu, 0.001f, 0.001f);
  if (r.next_case()) {
    const TensorSpec t = {Type::kInt8, shape_of(4), 0.1f};
    r.expect(prepare_unary_case(ops::leaky_relu, t, t, Options().f32(0, __builtin_nanf(""))).code() == Code::kUnsupportedOption,
             "an alpha that is no number");
    r.expect(prepare_unary_case(ops::leaky_relu, t, t, Options().f32(0, 1e12f)).code() == Code::kScaleRange, "an alpha of 1e12");
  }
}

}  // namespace testing
}  // namespace midge
