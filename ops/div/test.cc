// DIV within a step (quantised) and exactly (float32, int32), with broadcasting; divisors of 0.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

void test_div(Report& r) {
  const auto f = [](auto a, auto b) { return a / b; };
  check_quantized_pairs<int8_t>(r, ops::div, {0.05f, 3}, {0.02f, -128}, {0.1f, -10}, 1, f, true);
  check_quantized_pairs<int8_t>(r, ops::div, {0.5f, 0}, {0.5f, 0}, {4.0f, 5}, 1, f, true);  // most quotients are below a step
  check_quantized_pairs<uint8_t>(r, ops::div, {0.05f, 128}, {0.02f, 0}, {0.1f, 128}, 1, f, true);
  check_quantized_pairs<int16_t>(r, ops::div, {2e-4f, 0}, {1e-3f, 0}, {1e-3f, 0}, 1, f, true);
  check_pairs<int32_t, int32_t>(r, ops::div, {-1000, 1000}, {1, 9}, f);
  check_pairs<int32_t, int32_t>(r, ops::div, {-1000, 1000}, {-9, -1}, f);
  check_pairs<float, float>(r, ops::div, {-1000, 1000}, {1, 9}, f);
  check_pairs<float, float>(r, ops::div, {1, 9}, {0, 0}, [](float, float) { return 3.40282347e+38f; });
  check_pairs_refused(r, ops::div, Type::kInt8, Type::kInt8);
  check_bad_operand<int8_t>(r, ops::div, 5, {0.5f, 5});
  check_bad_operand<uint8_t>(r, ops::div, 5, {0.5f, 5});
  check_bad_operand<int16_t>(r, ops::div, 0, {0.5f, 0});
  check_bad_operand<int32_t>(r, ops::div, 0);
}

}  // namespace testing
}  // namespace midge
