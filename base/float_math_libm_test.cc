// expm1, tanh and erfc against the C library's double functions: within the few steps that fdlibm's steps are off, and the values at the
// ends. That they are the host library's to the last bit is not tested: newer libraries compute otherwise.
#include "base/float_math_libm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace midge {
namespace {

int32_t steps_between(float a, float b) {
  int32_t x, y;
  std::memcpy(&x, &a, 4);
  std::memcpy(&y, &b, 4);
  return std::abs(x - y);
}

/// The largest distance over |x| from `low` to `high`, both signs.
template <class F, class Exact>
int32_t worst(float low, float high, F f, Exact exact) {
  int32_t most = 0;
  for (float a = low; a < high; a *= 1.00007f) {
    for (const float x : {a, -a}) most = std::max(most, steps_between(f(x), static_cast<float>(exact(static_cast<double>(x)))));
  }
  return most;
}

TEST(FloatMathLibm, FewStepsFromTheNearestFloat) {
  EXPECT_LE(worst(1e-12f, 88.7f, expm1_as_libm, [](double x) { return std::expm1(x); }), 1);
  EXPECT_LE(worst(1e-12f, 30, tanh_as_libm, [](double x) { return std::tanh(x); }), 3);
  EXPECT_LE(worst(1e-12f, 9, erfc_as_libm, [](double x) { return std::erfc(x); }), 3);
  EXPECT_LE(worst(1e-12f, 9, erfc_f32, [](double x) { return std::erfc(x); }), 7);
}

TEST(FloatMathLibm, AtTheirEnds) {
  EXPECT_EQ(expm1_as_libm(0), 0);
  EXPECT_TRUE(std::signbit(expm1_as_libm(-0.0f)));
  EXPECT_EQ(expm1_as_libm(-INFINITY), -1);
  EXPECT_EQ(expm1_as_libm(INFINITY), INFINITY);
  EXPECT_TRUE(std::isfinite(expm1_as_libm(88.7228f)));
  EXPECT_TRUE(std::isnan(expm1_as_libm(NAN)));
  EXPECT_EQ(tanh_as_libm(0), 0);
  EXPECT_EQ(tanh_as_libm(INFINITY), 1);
  EXPECT_EQ(tanh_as_libm(-INFINITY), -1);
  EXPECT_TRUE(std::isnan(tanh_as_libm(NAN)));
  EXPECT_EQ(erfc_f32(0), 1);
  EXPECT_EQ(erfc_f32(INFINITY), 0);
  EXPECT_EQ(erfc_f32(-INFINITY), 2);
  EXPECT_TRUE(std::isnan(erfc_f32(NAN)));
}

}  // namespace
}  // namespace midge
