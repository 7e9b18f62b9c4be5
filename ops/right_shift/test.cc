// RIGHT_SHIFT exactly, for each type, with broadcasting, and shifts beyond the type's bits.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

/// By halving, rounded down.
template <class T>
T expected_shift(T a, T b) {
  for (T i = 0; i < b && i < static_cast<T>(8 * sizeof(T) - 1); ++i) a = static_cast<T>(a / 2 - (a % 2 != 0 && a < 0 ? 1 : 0));
  return a;
}

}  // namespace

void test_right_shift(Report& r) {
  const auto f = [](auto a, auto b) { return expected_shift(a, b); };
  check_pairs<int8_t, int8_t>(r, ops::right_shift, {-128, 127}, {-2, 9}, f);
  check_pairs<uint8_t, uint8_t>(r, ops::right_shift, {0, 255}, {0, 9}, f);
  check_pairs<int16_t, int16_t>(r, ops::right_shift, {-9999, 9999}, {-2, 18}, f);
  check_pairs<uint16_t, uint16_t>(r, ops::right_shift, {0, 65535}, {0, 18}, f);
  check_pairs<int32_t, int32_t>(r, ops::right_shift, {INT32_MIN, INT32_MAX}, {-2, 40}, f);
  check_pairs<uint32_t, uint32_t>(r, ops::right_shift, {INT32_MIN, INT32_MAX}, {0, 40}, f);
  check_pairs_refused(r, ops::right_shift, Type::kInt32, Type::kInt32);
}

}  // namespace testing
}  // namespace midge
