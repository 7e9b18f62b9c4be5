// LOG: int8 and int16 within a step of the function in double where that is flat enough, float32 within 2^-22; what is not positive.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_log(Report& r) {
  constexpr Quant kIn[] = {{0.02f, -128}, {0.1f, 0}, {1.0f, 100}}, kOut[] = {{0.05f, 0}, {0.02f, 100}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      const double least = (-128 - out.zero_point) * static_cast<double>(out.scale);
      if (r.next_case()) check_unary_q<int8_t>(r, ops::log, {in, out}, [&](double x) { return x > 0 ? log_double(x) : least; });
    }
  }
  if (r.next_case()) check_unary_q<int16_t>(r, ops::log, {{0.001f, 0}, {0.001f, 0}}, log_double, 2048);
  if (r.next_case()) check_unary_f32(r, ops::log, 0.01f, 8, 1.0f / (1 << 20), log_double);
  if (r.next_case()) check_unary_refusals(r, ops::log, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) check_s16_refusals(r, ops::log, 0.001f, 0.001f);
}

}  // namespace testing
}  // namespace midge
