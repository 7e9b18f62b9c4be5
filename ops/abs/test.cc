// ABS over all int8 inputs, some of int16, with scales and without, int32 and float32.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_abs(Report& r) {
  const auto f = [](double x) { return x < 0 ? -x : x; };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.1f, 20}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::abs, {in, out}, f);
    }
  }
  if (r.next_case()) check_unary_q<int16_t>(r, ops::abs, {{0.0005f, 0}, {0.0003f, 0}}, f);
  if (r.next_case()) check_unary_exact<int16_t>(r, ops::abs, [](int16_t x) { return static_cast<int16_t>(x < 0 ? -x : x); });
  if (r.next_case()) check_unary_exact<int32_t>(r, ops::abs, [](int32_t x) { return x < 0 && x != INT32_MIN ? -x : x; });
  if (r.next_case()) check_unary_f32(r, ops::abs, -10, 10, 0, f);
  if (r.next_case()) check_unary_refusals(r, ops::abs, Type::kInt8, {0.1f, 0}, {0.1f, -128});
  if (r.next_case()) {
    check_refused(r, ops::abs, {Type::kInt16, shape_of(4), 0.1f, 1}, {Type::kInt16, shape_of(4), 0.1f}, Code::kQuantization, "a zero point");
    check_refused(r, ops::abs, {Type::kInt16, shape_of(4), 0.1f}, {Type::kInt16, shape_of(4)}, Code::kNoScale, "one scale of two");
  }
}

}  // namespace testing
}  // namespace midge
