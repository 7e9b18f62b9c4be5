// ELU: int8 within a step of the function in double, float32 within 2^-22.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_elu(Report& r) {
  const auto f = [](double x) { return x < 0 ? exp_double(x) - 1 : x; };
  constexpr Quant kIn[] = {{0.03f, 0}, {0.02f, 127}}, kOut[] = {{0.02f, -50}, {0.05f, 10}};
  for (const Quant in : kIn) {
    for (const Quant out : kOut) {
      for (const Contract contract : kContracts) {
        if (r.next_case()) check_unary_q<int8_t>(r, ops::elu, {in, out, Options(), contract}, f);
      }
    }
  }
  if (r.next_case()) check_unary_f32(r, ops::elu, -10, 3, 1.0f / (1 << 22), f);
  if (r.next_case()) check_unary_refusals(r, ops::elu, Type::kInt8, {0.02f, 0}, {0.05f, -128});
}

}  // namespace testing
}  // namespace midge
