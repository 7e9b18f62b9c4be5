// logistic_s16 and tanh_s16 over all inputs: near the functions, never falling, and saturated at both ends.
#include "kernels/sigmoid_s16/sigmoid_s16.h"

#include <gtest/gtest.h>

#include <cmath>

namespace midge {
namespace {

void check(SigmoidScale scale, double unit) {
  int16_t last_logistic = -1, last_tanh = INT16_MIN;
  for (int32_t i = -32768; i < 32768; ++i) {
    const int16_t x = static_cast<int16_t>(i), l = logistic_s16(x, scale), t = tanh_s16(x, scale);
    ASSERT_NEAR(l, 32768 / (1 + std::exp(-i * unit)), 3) << i;
    ASSERT_NEAR(t, 32768 * std::tanh(i * unit), 6) << i;
    ASSERT_GE(l, last_logistic) << i;
    ASSERT_GE(t, last_tanh) << i;
    last_logistic = l, last_tanh = t;
  }
}

TEST(SigmoidS16, IsNearTheFunctions) {
  check({3, 0}, 1.0 / 4096);
  check({6, 0}, 1.0 / 2048);
  check({20000, 10}, 20000.0 / 1024 / 12288);
  check({30000, 20}, 30000.0 / (1 << 20) / 12288);
}

TEST(SigmoidS16, AtItsEnds) {
  EXPECT_EQ(logistic_s16(0, {3, 0}), 16384);
  EXPECT_EQ(tanh_s16(0, {3, 0}), 0);
  EXPECT_EQ(logistic_s16(INT16_MAX, {65535, 0}), INT16_MAX);
  EXPECT_EQ(logistic_s16(INT16_MIN, {65535, 0}), 1);
  EXPECT_EQ(tanh_s16(INT16_MAX, {65535, 0}), INT16_MAX);
  EXPECT_EQ(tanh_s16(INT16_MIN, {65535, 0}), -INT16_MAX);
}

}  // namespace
}  // namespace midge
