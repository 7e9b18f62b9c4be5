// RSQRT: int8 and int16 within a step of the function in double (lines between points: where those are flat enough), float32 within 2^-22;
// negative inputs.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_rsqrt(Report& r) {
  constexpr Quant kIn[] = {{0.02f, -128}, {0.5f, -128}}, kOut[] = {{0.02f, -128}, {0.1f, 0}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      const double most = (127 - out.zero_point) * static_cast<double>(out.scale);
      if (r.next_case()) check_unary_q<int8_t>(r, ops::rsqrt, {in, out}, [&](double x) { return x > 0 ? 1 / sqrt_double(x) : most; });
    }
  }
  const auto f = [](double x) { return 1 / sqrt_double(x); };
  if (r.next_case()) check_unary_q<int16_t>(r, ops::rsqrt, {{0.001f, 0}, {0.0005f, 0}}, f, 2048);
  if (r.next_case()) check_unary_f32(r, ops::rsqrt, 0.5f, 40, 1.0f / (1 << 22), f);
  if (r.next_case()) check_negative<int8_t>(r, ops::rsqrt);
  if (r.next_case()) check_negative<int16_t>(r, ops::rsqrt);
  if (r.next_case()) check_unary_refusals(r, ops::rsqrt, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::rsqrt, 0.001f, 0.001f);
}

}  // namespace testing
}  // namespace midge
