// SQRT: int8 and int16 within a step of the function in double, float32 to the last bit; negative inputs.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_sqrt(Report& r) {
  constexpr Quant kIn[] = {{0.02f, -128}, {0.5f, -128}}, kOut[] = {{0.02f, -128}, {0.1f, 0}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::sqrt, {in, out}, sqrt_double);
    }
  }
  if (r.next_case()) check_unary_q<int16_t>(r, ops::sqrt, {{0.001f, 0}, {0.0002f, 0}}, sqrt_double, 0);
  if (r.next_case()) check_unary_f32(r, ops::sqrt, 0.5f, 40, 0, sqrt_double);
  if (r.next_case()) check_negative<int8_t>(r, ops::sqrt);
  if (r.next_case()) check_negative<int16_t>(r, ops::sqrt);
  if (r.next_case()) check_unary_refusals(r, ops::sqrt, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::sqrt, 0.001f, 0.001f);
}

}  // namespace testing
}  // namespace midge
