// EXP: int8 within a step of the function in double, int16 within what lines between 513 points are wrong by, float32 within 2^-22.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_exp(Report& r) {
  constexpr Quant kIn[] = {{0.02f, 0}, {0.03f, 100}, {0.01f, -128}}, kOut[] = {{0.05f, -128}, {0.01f, 0}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::exp, {in, out}, exp_double);
    }
  }
  constexpr float kScales[] = {0.0001f, 0.00005f};
  for (const float scale : kScales) {
    if (r.next_case()) check_unary_q<int16_t>(r, ops::exp, {{scale, 0}, {0.001f, 0}, Options(), Contract::kLitert, 3}, exp_double);
  }
  if (r.next_case()) check_unary_f32(r, ops::exp, -10, 2, 1.0f / (1 << 19), exp_double);
  if (r.next_case()) check_unary_refusals(r, ops::exp, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::exp, 0.0001f, 0.001f);
}

}  // namespace testing
}  // namespace midge
