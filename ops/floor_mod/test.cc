// FLOOR_MOD exactly, with broadcasting; divisors of 0.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

/// By counting, so without a division.
template <class T>
T expected_rest(T a, T b) {
  T rest = a;
  while (b > 0 ? rest < 0 : rest > 0) rest = static_cast<T>(rest + b);
  while (b > 0 ? rest >= b : rest <= b) rest = static_cast<T>(rest - b);
  return rest;
}

}  // namespace

void test_floor_mod(Report& r) {
  const auto f = [](auto a, auto b) { return expected_rest(a, b); };
  constexpr Range kDivisors[] = {{1, 9}, {-9, -1}};
  for (const Range& b : kDivisors) {
    check_pairs<int8_t, int8_t>(r, ops::floor_mod, {-100, 100}, b, f);
    check_pairs<int16_t, int16_t>(r, ops::floor_mod, {-100, 100}, b, f);
    check_pairs<int32_t, int32_t>(r, ops::floor_mod, {-100, 100}, b, f);
    check_pairs<int64_t, int64_t>(r, ops::floor_mod, {-100, 100, INT64_C(1) << 33}, {b.low, b.high, INT64_C(1) << 33}, f);
    check_pairs<float, float>(r, ops::floor_mod, {-100, 100}, b, f);
  }
  check_pairs<int32_t, int32_t>(r, ops::floor_mod, {INT32_MIN, INT32_MIN}, {-1, -1}, [](int32_t, int32_t) { return 0; });
  check_pairs_refused(r, ops::floor_mod, Type::kInt32, Type::kInt32);
  check_bad_operand<int8_t>(r, ops::floor_mod, 0);
  check_bad_operand<int16_t>(r, ops::floor_mod, 0);
  check_bad_operand<int32_t>(r, ops::floor_mod, 0);
  check_bad_operand<int64_t>(r, ops::floor_mod, 0);
}

}  // namespace testing
}  // namespace midge
