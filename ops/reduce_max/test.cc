// REDUCE_MAX, exactly.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {

void test_reduce_max(Report& r) {
  const auto better = [](auto a, decltype(a) b) { return a > b ? a : b; };
  const OpRegistration& op = ops::reduce_max;
  check_folds<int8_t>(r, op, {Type::kInt8, -128, 127, {0.5f, 3}, {0.5f, 3}}, -128, better);
  check_folds<int16_t>(r, op, {Type::kInt16, -32768, 32767, {0.5f, 0}, {0.5f, 0}}, -32768, better);
  check_folds<uint8_t>(r, op, {Type::kUint8, 0, 255, {0.5f, 3}, {0.5f, 3}}, 0, better);
  check_folds<float>(r, op, {Type::kFloat32, -1000, 1000}, -1e9f, better);
  check_folds<int32_t>(r, op, {Type::kInt32, INT32_MIN, INT32_MAX}, INT32_MIN, better);
  check_folds<int64_t>(r, op, {Type::kInt64, INT32_MIN, INT32_MAX}, INT64_MIN, better);
  check_folds<uint8_t>(r, op, {Type::kBool, 0, 1}, 0, better);
  check_reduce_refusals(r, op, Type::kInt32);
  check_same_scale_refusal(r, op);
}

}  // namespace testing
}  // namespace midge
