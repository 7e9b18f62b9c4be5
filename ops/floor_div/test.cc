// FLOOR_DIV exactly, with broadcasting; divisors of 0.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

/// By counting, so without a division.
template <class T>
T expected_quotient(T a, T b) {
  const T x = static_cast<T>(b < 0 ? -a : a), y = static_cast<T>(b < 0 ? -b : b);
  T q = 0;
  while (q * y > x) --q;
  while ((q + 1) * y <= x) ++q;
  return q;
}

}  // namespace

void test_floor_div(Report& r) {
  const auto f = [](auto a, auto b) { return expected_quotient(a, b); };
  constexpr Range kDivisors[] = {{1, 9}, {-9, -1}};
  for (const Range& b : kDivisors) {
    check_pairs<int8_t, int8_t>(r, ops::floor_div, {-100, 100}, b, f);
    check_pairs<int16_t, int16_t>(r, ops::floor_div, {-100, 100}, b, f);
    check_pairs<int32_t, int32_t>(r, ops::floor_div, {-100, 100}, b, f);
    check_pairs<float, float>(r, ops::floor_div, {-100, 100}, b, f);
  }
  check_pairs<int32_t, int32_t>(r, ops::floor_div, {INT32_MIN, INT32_MIN}, {-1, -1}, [](int32_t a, int32_t) { return a; });
  check_pairs_refused(r, ops::floor_div, Type::kInt32, Type::kInt32);
  check_bad_operand<int8_t>(r, ops::floor_div, 0);
  check_bad_operand<int16_t>(r, ops::floor_div, 0);
  check_bad_operand<int32_t>(r, ops::floor_div, 0);
  check_bad_operand<float>(r, ops::floor_div, 0);
}

}  // namespace testing
}  // namespace midge
