// MAXIMUM exactly, for each type, with broadcasting.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

void test_maximum(Report& r) {
  const auto f = [](auto a, auto b) { return a > b ? a : b; };
  constexpr Range kSmall = {-100, 100}, kUnsigned = {0, 255}, kLarge = {-100, 100, INT64_C(1) << 40};
  check_pairs<int8_t, int8_t>(r, ops::maximum, kSmall, kSmall, f);
  check_pairs<uint8_t, uint8_t>(r, ops::maximum, kUnsigned, kUnsigned, f);
  check_pairs<int16_t, int16_t>(r, ops::maximum, kSmall, kSmall, f);
  check_pairs<int32_t, int32_t>(r, ops::maximum, kSmall, kSmall, f);
  check_pairs<int64_t, int64_t>(r, ops::maximum, kLarge, kLarge, f);
  check_pairs<float, float>(r, ops::maximum, kSmall, kSmall, f);
  check_pairs_refused(r, ops::maximum, Type::kInt8, Type::kInt8);
}

}  // namespace testing
}  // namespace midge
