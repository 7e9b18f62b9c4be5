// exp_f32, tanh_f32, log_f32 and sqrt_f32 against the C library's double functions, over a sweep of all exponents: the relative error that the header
// promises, and the values at the ends.
#include "base/float_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace midge {
namespace {

constexpr double kBound = 1.0 / (1 << 22);

float from_bits(uint32_t bits) {
  float f;
  std::memcpy(&f, &bits, sizeof f);
  return f;
}

/// The largest relative error over floats of both signs with |x| in [low, high], every `stride`-th bit pattern.
template <class Approximate, class Exact>
double worst_error(float low, float high, uint32_t stride, Approximate approximate, Exact exact, float* where) {
  uint32_t from, to;
  std::memcpy(&from, &low, 4);
  std::memcpy(&to, &high, 4);
  double worst = 0;
  for (uint32_t bits = from; bits <= to; bits += stride) {
    for (uint32_t sign : {0u, 0x80000000u}) {
      const float x = from_bits(bits | sign);
      const double want = exact(static_cast<double>(x)), error = std::fabs(static_cast<double>(approximate(x)) - want) / std::fabs(want);
      if (error > worst) worst = error, *where = x;
    }
  }
  return worst;
}

TEST(FloatMath, ExpIsWithinItsBound) {
  float where = 0;
  const double worst = worst_error(1e-8f, 87.3f, 257, exp_f32, [](double x) { return std::exp(x); }, &where);
  RecordProperty("log2_worst", std::to_string(std::log2(worst)));
  EXPECT_LE(worst, kBound) << "2^" << std::log2(worst) << " at " << where;
}

TEST(FloatMath, TanhIsWithinItsBound) {
  float where = 0;
  const double worst = worst_error(1e-30f, 12.0f, 499, tanh_f32, [](double x) { return std::tanh(x); }, &where);
  RecordProperty("log2_worst", std::to_string(std::log2(worst)));
  EXPECT_LE(worst, kBound) << "2^" << std::log2(worst) << " at " << where;
}

TEST(FloatMath, LogIsWithinItsBound) {
  double worst = 0;
  float where = 0;
  for (uint32_t bits = 1; bits < 0x7f800000; bits += 499) {
    const float x = from_bits(bits);
    const double want = std::log(static_cast<double>(x)), error = std::fabs(static_cast<double>(log_f32(x)) - want) / std::fabs(want);
    if (x != 1.0f && error > worst) worst = error, where = x;
  }
  RecordProperty("log2_worst", std::to_string(std::log2(worst)));
  EXPECT_LE(worst, kBound) << "2^" << std::log2(worst) << " at " << where;
}

TEST(FloatMath, LogAtItsEnds) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(log_f32(1), 0.0f);
  EXPECT_EQ(log_f32(0), -infinity);
  EXPECT_EQ(log_f32(infinity), infinity);
  EXPECT_TRUE(std::isnan(log_f32(-1)));
  EXPECT_TRUE(std::isnan(log_f32(std::numeric_limits<float>::quiet_NaN())));
}

TEST(FloatMath, SqrtIsTheNearestFloat) {
  for (uint32_t bits = 0; bits < 0x7f800000; bits += 499)
    ASSERT_EQ(sqrt_f32(from_bits(bits)), std::sqrt(from_bits(bits))) << from_bits(bits);
  for (uint32_t i = 0; i < 5000; ++i) ASSERT_EQ(sqrt_f32(static_cast<float>(i) * static_cast<float>(i)), static_cast<float>(i));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(sqrt_f32(infinity), infinity);
  EXPECT_TRUE(std::signbit(sqrt_f32(-0.0f)));
  EXPECT_TRUE(std::isnan(sqrt_f32(-1)));
  EXPECT_TRUE(std::isnan(sqrt_f32(std::numeric_limits<float>::quiet_NaN())));
}

TEST(FloatMath, ExpAtItsEnds) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(exp_f32(0), 1.0f);
  EXPECT_EQ(exp_f32(-infinity), 0.0f);
  EXPECT_EQ(exp_f32(-104.1f), 0.0f);
  EXPECT_EQ(exp_f32(infinity), infinity);
  EXPECT_EQ(exp_f32(88.74f), infinity);
  EXPECT_TRUE(std::isfinite(exp_f32(88.72f)));
  EXPECT_TRUE(std::isnan(exp_f32(std::nanf(""))));
  for (float x = -104; x < -87; x += 0.125f) {  // subnormal results: absolute error, in units of the smallest float
    EXPECT_NEAR(static_cast<double>(exp_f32(x)), std::exp(static_cast<double>(x)), 1.5e-45 + std::exp(static_cast<double>(x)) * kBound) << x;
  }
}

TEST(FloatMath, TanhAtItsEnds) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(tanh_f32(0), 0.0f);
  EXPECT_TRUE(std::signbit(tanh_f32(-1e-40f)));
  EXPECT_EQ(tanh_f32(infinity), 1.0f);
  EXPECT_EQ(tanh_f32(-infinity), -1.0f);
  EXPECT_EQ(tanh_f32(20), 1.0f);
  EXPECT_TRUE(std::isnan(tanh_f32(std::nanf(""))));
  float last = -1;
  for (float x = -10; x < 10; x += 0.001f) {
    const float y = tanh_f32(x);
    EXPECT_LE(std::fabs(y), 1.0f) << x;
    EXPECT_GE(y, last - 2e-7f) << "not monotonic at " << x;
    last = y;
  }
}

TEST(FloatMath, FmodIsExact) {
  const float infinity = std::numeric_limits<float>::infinity();
  uint32_t state = 1;
  const auto next = [&state] { return state = state * 1664525u + 1013904223u; };
  for (int i = 0; i < 200000; ++i) {
    uint32_t a = next(), b = next();
    if (i % 2 == 0) b = (a & 0x7f800000) + (b & 0x83ffffff);  // exponents near each other
    const float x = from_bits(a), y = from_bits(b), want = std::fmod(x, y), got = fmod_f32(x, y);
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(got)) << x << " mod " << y;
    } else {
      EXPECT_EQ(std::memcmp(&got, &want, 4), 0) << x << " mod " << y << " is " << got << ", expected " << want;
    }
  }
  EXPECT_EQ(fmod_f32(5, infinity), 5.0f);
  EXPECT_EQ(fmod_f32(1e-40f, 3e-41f), std::fmod(1e-40f, 3e-41f));
  EXPECT_TRUE(std::signbit(fmod_f32(-6, 3)));
  EXPECT_TRUE(std::isnan(fmod_f32(infinity, 1)));
  EXPECT_TRUE(std::isnan(fmod_f32(1, 0)));
}

}  // namespace
}  // namespace midge
