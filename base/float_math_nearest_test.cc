// exp_nearest is the nearest float; tanh_as_libm is within two steps of it, as C libraries are.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/float_math_nearest.h"

namespace midge {
namespace {

int32_t steps_between(float a, float b) {
  int32_t x, y;
  std::memcpy(&x, &a, 4);
  std::memcpy(&y, &b, 4);
  return std::abs(x - y);
}

TEST(FloatMathNearest, ExpIsTheNearestFloat) {
  for (float x = -87; x < 88; x += 0.00131f) {
    EXPECT_LE(steps_between(exp_nearest(x), static_cast<float>(std::exp(static_cast<double>(x)))), 0) << x;
  }
  EXPECT_EQ(exp_nearest(0), 1);
  EXPECT_EQ(exp_nearest(200), INFINITY);
  EXPECT_EQ(exp_nearest(-200), 0);
  EXPECT_TRUE(std::isnan(exp_nearest(NAN)));
}

TEST(FloatMathNearest, TanhIsWithinTwoStepsOfTheNearestFloat) {
  for (float x = 1e-6f; x < 30; x = x * 1.0003f) {
    EXPECT_LE(steps_between(tanh_as_libm(x), static_cast<float>(std::tanh(static_cast<double>(x)))), 2) << x;
    EXPECT_EQ(tanh_as_libm(-x), -tanh_as_libm(x));
  }
  EXPECT_EQ(tanh_as_libm(0), 0);
  EXPECT_EQ(tanh_as_libm(INFINITY), 1);
  EXPECT_TRUE(std::isnan(tanh_as_libm(NAN)));
}

}  // namespace
}  // namespace midge
