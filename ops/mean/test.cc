// MEAN: quantised types within a step of the mean in double, the others exactly.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {

void test_mean(Report& r) {
  constexpr Quant kIn[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kOut[] = {{0.05f, 0}, {0.02f, -128}, {0.005f, 127}, {0.1f, 9}};
  for (uint32_t i = 0; i < 4; ++i) check_quantized_sums<int8_t>(r, ops::mean, Type::kInt8, true, pick(kIn, i), pick(kOut, i));
  check_quantized_sums<int16_t>(r, ops::mean, Type::kInt16, true, {0.002f, 0}, {0.001f, 0});
  check_quantized_sums<uint8_t>(r, ops::mean, Type::kUint8, true, {0.05f, 120}, {0.03f, 99});
  check_reductions<float>(
      r, ops::mean, {Type::kFloat32, -128, 127}, 0.0f, [](float sum, float x) { return sum + x; },
      [](float sum, int32_t n) { return sum / static_cast<float>(n); });
  const auto add = [](int64_t sum, int64_t x) { return sum + x; };
  check_reductions<int32_t>(r, ops::mean, {Type::kInt32, INT32_MIN, INT32_MAX}, int64_t{0}, add,
                            [](int64_t sum, int32_t n) { return static_cast<int32_t>(sum / n); });
  check_reductions<int64_t>(r, ops::mean, {Type::kInt64, -1000, 1000}, int64_t{0}, add, [](int64_t sum, int32_t n) { return sum / n; });
  check_reduce_refusals(r, ops::mean, Type::kFloat32);
}

}  // namespace testing
}  // namespace midge
