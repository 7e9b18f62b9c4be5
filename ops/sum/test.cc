// SUM: quantised types within a step of the sum in double, the others exactly, wrapping.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {

void test_sum(Report& r) {
  check_quantized_sums<int8_t>(r, ops::sum, Type::kInt8, false, {0.05f, 7}, {0.4f, -20});
  check_quantized_sums<int8_t>(r, ops::sum, Type::kInt8, false, {0.05f, -128}, {0.01f, 127});
  check_quantized_sums<int16_t>(r, ops::sum, Type::kInt16, false, {0.002f, 0}, {0.001f, 0});
  check_quantized_sums<uint8_t>(r, ops::sum, Type::kUint8, false, {0.05f, 120}, {0.9f, 99});
  check_folds<float>(r, ops::sum, {Type::kFloat32, -128, 127}, 0, [](float sum, float x) { return sum + x; });
  check_folds<int32_t>(r, ops::sum, {Type::kInt32, INT32_MIN, INT32_MAX}, 0,
                       [](int32_t sum, int32_t x) { return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(x)); });
  check_folds<int64_t>(r, ops::sum, {Type::kInt64, INT32_MIN, INT32_MAX}, 0, [](int64_t sum, int64_t x) { return sum + x; });
  check_folds<uint8_t>(r, ops::sum, {Type::kBool, 0, 1}, 0, [](uint8_t any, uint8_t x) { return static_cast<uint8_t>(any | x); });
  check_reduce_refusals(r, ops::sum, Type::kFloat32);
}

}  // namespace testing
}  // namespace midge
