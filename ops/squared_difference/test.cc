// SQUARED_DIFFERENCE within a step (int8, int16) and exactly (float32, int32), with broadcasting.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

void test_squared_difference(Report& r) {
  const auto f = [](auto a, auto b) { return (a - b) * (a - b); };
  constexpr Range kSmall = {-1000, 1000};
  check_quantized_pairs<int8_t>(r, ops::squared_difference, {0.05f, 3}, {0.02f, -128}, {0.5f, -100}, 1, f);
  check_quantized_pairs<int8_t>(r, ops::squared_difference, {0.013f, 127}, {0.013f, 0}, {0.05f, -128}, 1, f);
  check_quantized_pairs<int16_t>(r, ops::squared_difference, {2e-4f, 0}, {1.5e-4f, 0}, {5e-3f, 0}, 4, f);
  check_pairs<int32_t, int32_t>(r, ops::squared_difference, kSmall, kSmall, f);
  check_pairs<float, float>(r, ops::squared_difference, kSmall, kSmall, f);
  check_pairs_refused(r, ops::squared_difference, Type::kInt8, Type::kInt8);
  const Shape s = shape_of(3);
  check_refused(r, ops::squared_difference, {Type::kInt16, s, 0.5f, 1}, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f}, Code::kQuantization);
  check_refused(r, ops::squared_difference, {Type::kInt8, s}, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.5f}, Code::kNoScale);
}

}  // namespace testing
}  // namespace midge
