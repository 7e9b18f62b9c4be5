// exp_nearest, log_nearest and pow_nearest are the nearest floats; nth_root is within its bound.
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

TEST(FloatMathNearest, ExpInDoublePrecision) {
  for (double x = -745; x < 709.7; x += 0.0137) {
    const double want = std::exp(x);
    EXPECT_LE(std::abs(exp_f64(x) - want), std::max(want * std::exp2(-51), 5e-324)) << x;
  }
  EXPECT_EQ(exp_f64(0), 1);
  EXPECT_EQ(exp_f64(INFINITY), INFINITY);
  EXPECT_EQ(exp_f64(709.9), INFINITY);
  EXPECT_EQ(exp_f64(-INFINITY), 0);
  EXPECT_TRUE(std::isnan(exp_f64(NAN)));
}

TEST(FloatMathNearest, LogIsTheNearestFloat) {
  for (float x = 1.2e-38f; x < 1e38f; x *= 1.00131f) {
    EXPECT_LE(steps_between(log_nearest(x), static_cast<float>(std::log(static_cast<double>(x)))), 0) << x;
  }
  EXPECT_EQ(log_nearest(1), 0);
  EXPECT_EQ(log_nearest(0), -INFINITY);
  EXPECT_EQ(log_nearest(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(log_nearest(-1)));
  EXPECT_TRUE(std::isnan(log_nearest(NAN)));
}

TEST(FloatMathNearest, PowIsTheNearestFloat) {
  for (float x = 1e-38f; x < 1e38f; x *= 1.37f) {
    for (float y = -40; y < 40; y += 0.37f) {
      const double want = std::pow(static_cast<double>(x), static_cast<double>(y));
      if (want > 1e38) continue;
      EXPECT_LE(steps_between(pow_nearest(x, y), static_cast<float>(want)), 1) << x << " to the " << y;
    }
  }
}

TEST(FloatMathNearest, PowOfSpecialNumbersIsThatOfTheCLibrary) {
  const float all[] = {0,    -0.0f, 1,        -1,        0.5f,  -0.5f,  2,      -2,       3,         -3,
                       2.5f, -2.5f, 16777216, -16777218, 3e38f, -3e38f, 1e-40f, INFINITY, -INFINITY, NAN};
  for (const float x : all) {
    for (const float y : all) {
      const float want = std::pow(x, y), got = pow_nearest(x, y);
      if (std::isnan(want)) {
        EXPECT_TRUE(std::isnan(got)) << x << " to the " << y;
      } else {
        EXPECT_LE(steps_between(got, want), 1) << x << " to the " << y << " is " << got << ", expected " << want;
      }
    }
  }
}

TEST(FloatMathNearest, NthRootIsWithinItsBound) {
  for (float x = 1e-38f; x < 1e38f; x *= 1.37f) {
    for (const int32_t n : {1, 2, 3, 4, 7, 60, 1000, 1 << 20}) {
      const double want = std::pow(static_cast<double>(x), 1.0 / n);
      EXPECT_LE(std::abs(nth_root(x, n) / want - 1), 1.0 / (INT64_C(1) << 44)) << x << ", " << n;
    }
  }
  EXPECT_EQ(nth_root(0.1f, 1), static_cast<double>(0.1f));
}

}  // namespace
}  // namespace midge
