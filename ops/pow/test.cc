// POW with small integers as exponents, exactly, with broadcasting; negative exponents of integers.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

template <class T>
T expected_power(T a, T b) {
  T r = 1;
  for (T i = 0; i < b; ++i) r *= a;
  return r;
}

}  // namespace

void test_pow(Report& r) {
  const auto f = [](auto a, auto b) { return expected_power(a, b); };
  check_pairs<int32_t, int32_t>(r, ops::pow, {-10, 10}, {0, 9}, f);
  check_pairs<float, float>(r, ops::pow, {-9, 9}, {0, 7}, f);
  check_pairs<float, float>(r, ops::pow, {2, 2}, {-20, -1}, [](float, float b) { return 1 / expected_power(2.0f, -b); });
  check_pairs_refused(r, ops::pow, Type::kInt32, Type::kInt32);
  check_bad_operand<int32_t>(r, ops::pow, -1);
}

}  // namespace testing
}  // namespace midge
