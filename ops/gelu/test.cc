// GELU, exact and approximate: 8 bits and int16 within a step or two of the function in double, float32 within 2^-20.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_gelu(Report& r) {
  constexpr bool kForms[] = {false, true};
  for (const bool approximate : kForms) {
    const Options options = Options().u8(0, approximate);
    const auto f = [=](double x) {
      return x / 2 * (1 + (approximate ? tanh_double(sqrt_double(2 / kPi) * (x + 0.044715 * x * x * x)) : erf_double(x / sqrt_double(2))));
    };
    constexpr Quant kIn[] = {{0.03f, 0}, {0.02f, -100}}, kOut[] = {{0.02f, -100}, {0.05f, 10}};
    for (const Quant in : kIn) {
      for (const Quant out : kOut) {
        if (r.next_case()) check_unary_q<int8_t>(r, ops::gelu, {in, out, options}, f);
        if (r.next_case())
          check_unary_q<uint8_t>(r, ops::gelu, {{in.scale, in.zero_point + 128}, {out.scale, out.zero_point + 128}, options}, f);
      }
    }
    if (r.next_case()) check_unary_q<int16_t>(r, ops::gelu, {{0.0002f, 0}, {0.0002f, 0}, options, Contract::kLitert, 2}, f);
    if (r.next_case()) check_unary_f32(r, ops::gelu, -5, 5, 1.0f / (1 << 19), f, options);
  }
  if (r.next_case()) check_unary_refusals(r, ops::gelu, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::gelu, 0.001f, 0.001f);
}

}  // namespace testing
}  // namespace midge
