// The twiddles of each length are what the host's C library gives, to the bit: they decide whether results are TFLM's. The transforms
// themselves are tested by the operators that are made of them.
#include "kernels/fft/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/fft/sin_cos.h"

namespace midge {
namespace {

template <class T>
T rounded(double x) {
  return std::is_floating_point_v<T> ? static_cast<T>(x)
                                     : static_cast<T>(std::floor(0.5 + static_cast<double>(std::numeric_limits<T>::max()) * x));
}

template <class T>
void check_twiddles(int32_t points, bool inverse) {
  std::vector<Complex<T>> twiddles(real_fft_twiddles(2 * points));
  fill_real_fft_twiddles(points, inverse, twiddles.data());
  for (int32_t i = 0; i < static_cast<int32_t>(twiddles.size()); ++i) {
    const double phase = (i < points ? -2 * 3.14159265358979323846 * i / points
                                     : -3.14159265358979323846 * (static_cast<double>(i - points + 1) / points + 0.5)) *
                         (inverse ? -1 : 1);
    const Complex<T> want = {rounded<T>(std::cos(phase)), rounded<T>(std::sin(phase))};
    ASSERT_EQ(std::memcmp(&want, &twiddles[static_cast<size_t>(i)], sizeof want), 0) << i << " of " << points;
  }
}

TEST(Fft, TwiddlesAreTheHostsToTheBit) {
  FftStages stages;
  uint32_t lengths = 0;
  for (int32_t points = 2; points <= 2048; ++points) {
    if (!plan_real_fft(2 * points, &stages)) continue;
    ++lengths;
    for (const bool inverse : {false, true}) {
      check_twiddles<int16_t>(points, inverse);
      check_twiddles<int32_t>(points, inverse);
      check_twiddles<float>(points, inverse);
    }
  }
  EXPECT_GT(lengths, 100u);
}

TEST(Fft, SinAndCosAreWithinAStepOfTheHosts) {
  for (double x = -6.283185307179586; x <= 6.283185307179586; x += 0.000137) {
    const SinCos s = sin_cos(x);
    EXPECT_NEAR(s.sin, std::sin(x), std::abs(std::sin(x)) * 0x1p-52 + 0x1p-85) << x;
    EXPECT_NEAR(s.cos, std::cos(x), std::abs(std::cos(x)) * 0x1p-52 + 0x1p-85) << x;
  }
  EXPECT_TRUE(std::signbit(sin_cos(-0.0).sin));
}

TEST(Fft, RadicesAreFoursThenATwoThenThreesAndFives) {
  const auto radices = [](int32_t length) {
    FftStages s;
    EXPECT_TRUE(plan_real_fft(length, &s)) << length;
    EXPECT_EQ(s.points, length / 2);
    return std::vector<int>(s.radices, s.radices + s.count);
  };
  EXPECT_EQ(radices(512), (std::vector<int>{4, 4, 4, 4}));
  EXPECT_EQ(radices(256), (std::vector<int>{4, 4, 4, 2}));
  EXPECT_EQ(radices(480), (std::vector<int>{4, 4, 3, 5}));
  EXPECT_EQ(radices(2 * 3 * 3 * 5 * 2), (std::vector<int>{2, 3, 3, 5}));
  FftStages s;
  for (const int32_t length : {INT32_MIN, -2, 0, 1, 2, 3, 5, 14, 22, 2 * 7 * 8, INT32_MAX})
    EXPECT_FALSE(plan_real_fft(length, &s)) << length;
  EXPECT_TRUE(plan_real_fft(2 * 387420489, &s)) << "3^18: the most stages";
  EXPECT_LE(s.count, FftStages::kMost);
}

}  // namespace
}  // namespace midge
