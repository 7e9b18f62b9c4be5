// sin_f32 and cos_f32 against the C library's double functions, over all exponents, and near multiples of pi / 2, where one of them is small.
#include "base/float_trig.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace midge {
namespace {

constexpr double kBound = 1.0 / (1 << 22);

void expect_close(float x) {
  const double s = std::sin(static_cast<double>(x)), c = std::cos(static_cast<double>(x));
  ASSERT_LE(std::fabs(static_cast<double>(sin_f32(x)) - s), kBound * std::fabs(s)) << x;
  ASSERT_LE(std::fabs(static_cast<double>(cos_f32(x)) - c), kBound * std::fabs(c)) << x;
}

TEST(FloatTrig, WithinTheirBound) {
  for (uint32_t bits = 0; bits < 0x7f800000; bits += 499) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    expect_close(x);
    expect_close(-x);
  }
}

TEST(FloatTrig, NearMultiplesOfAQuarter) {
  for (int32_t k = 1; k < 200000; k += 7) {
    const float x = static_cast<float>(k * 1.5707963267948966);
    expect_close(x);
    expect_close(std::nextafter(x, 0.0f));
    expect_close(-std::nextafter(x, 1e9f));
  }
  expect_close(16367173.0f * std::exp2(72.0f));  // the float that is nearest to a multiple, for its size
}

TEST(FloatTrig, AtTheirEnds) {
  EXPECT_EQ(sin_f32(0), 0);
  EXPECT_TRUE(std::signbit(sin_f32(-0.0f)));
  EXPECT_EQ(cos_f32(0), 1);
  EXPECT_TRUE(std::isnan(sin_f32(INFINITY)));
  EXPECT_TRUE(std::isnan(cos_f32(-INFINITY)));
  EXPECT_TRUE(std::isnan(cos_f32(NAN)));
}

}  // namespace
}  // namespace midge
