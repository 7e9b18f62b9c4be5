// HARD_SWISH over all 8-bit inputs within two steps, as its 16-bit numbers allow; float32 within 2^-22.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_hard_swish(Report& r) {
  const auto f = [](double x) { return x * clamp(x + 3, 0.0, 6.0) / 6; };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.03f, -100}, {0.005f, 100}, {0.5f, 3}};
  constexpr float kRatios[] = {0.6f, 1.0f, 3.0f};
  for (const Quant in : kIn) {
    for (const float ratio : kRatios) {
      const Quant out = {in.scale * ratio, -90};
      if (r.next_case()) check_unary_q<int8_t>(r, ops::hard_swish, {in, out, Options(), Contract::kLitert, 2}, f);
      if (r.next_case()) {
        check_unary_q<uint8_t>(r, ops::hard_swish, {{in.scale, in.zero_point + 128}, {out.scale, 20}, Options(), Contract::kLitert, 2}, f);
      }
    }
  }
  if (r.next_case()) check_unary_f32(r, ops::hard_swish, -5, 5, 1.0f / (1 << 20), f);
  if (r.next_case()) check_unary_refusals(r, ops::hard_swish, Type::kInt8, {0.02f, 0}, {0.05f, -128});
  if (r.next_case()) {
    check_refused(r, ops::hard_swish, {Type::kInt8, shape_of(4), 1.0f}, {Type::kInt8, shape_of(4), 0.001f}, Code::kScaleRange,
                  "an output that is too fine");
    check_refused(r, ops::hard_swish, {Type::kInt8, shape_of(4), 1e-9f}, {Type::kInt8, shape_of(4), 1e-9f}, Code::kScaleRange,
                  "an input that is too fine");
  }
}

}  // namespace testing
}  // namespace midge
