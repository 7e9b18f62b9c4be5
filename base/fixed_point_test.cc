// The integer contract's arithmetic against 128-bit and long double references, over edge values and seeded random ones.
#include "base/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace midge {
namespace {

constexpr uint32_t kSeed = 20240607;
__extension__ typedef __int128 Wide;

const std::vector<int32_t>& values() {
  static const std::vector<int32_t> all = [] {
    std::vector<int32_t> v = {INT32_MIN, INT32_MIN + 1, -(1 << 30) - 1, -(1 << 30),    -65536,        -3,       -2, -1, 0, 1, 2, 3,
                              255,       65535,         1 << 30,        (1 << 30) + 1, INT32_MAX - 1, INT32_MAX};
    std::mt19937 random(kSeed);
    for (int i = 0; i < 200; ++i) v.push_back(static_cast<int32_t>(random()) >> random() % 31);
    return v;
  }();
  return all;
}

Wide floor_shift(Wide x, int n) { return x >> n; }  // arithmetic

/// x / 2^n to nearest, ties up.
Wide ties_up(Wide x, int n) { return n == 0 ? x : floor_shift(x + (Wide{1} << (n - 1)), n); }
/// x / 2^n to nearest, ties away from zero.
Wide ties_away(Wide x, int n) { return x < 0 ? -ties_up(-x, n) : ties_up(x, n); }

int32_t wrap(Wide x) { return static_cast<int32_t>(static_cast<uint32_t>(x)); }

TEST(FixedPoint, RoundingDoublingHighMulRoundsTiesUpAndSaturates) {
  for (int32_t a : values()) {
    for (int32_t b : values()) {
      const Wide exact = ties_up(Wide{a} * b, 31);
      ASSERT_EQ(rounding_doubling_high_mul(a, b), exact > INT32_MAX ? INT32_MAX : static_cast<int32_t>(exact))
          << a << " * " << b << ", seed " << kSeed;
    }
  }
}

TEST(FixedPoint, RoundingDivideByPotRoundsTiesAwayFromZero) {
  for (int32_t x : values()) {
    for (int n = 0; n <= 31; ++n) ASSERT_EQ(rounding_divide_by_pot(x, n), static_cast<int32_t>(ties_away(x, n))) << x << " / 2^" << n;
  }
}

TEST(FixedPoint, MultiplyTwiceRoundedIsTheTwoRoundings) {
  std::mt19937 random(kSeed);
  for (int32_t x : values()) {
    for (int i = 0; i < 40; ++i) {
      const int32_t m = (1 << 30) + static_cast<int32_t>(random() >> 2);
      const int32_t shift = i < 32 ? -i : i - 31;
      const Wide high = ties_up(Wide{wrap(Wide{x} << (shift > 0 ? shift : 0))} * m, 31);
      ASSERT_EQ(multiply_twice_rounded(x, m, shift), static_cast<int32_t>(ties_away(high, shift > 0 ? 0 : -shift)))
          << x << " " << m << " " << shift << ", seed " << kSeed;
    }
  }
}

TEST(FixedPoint, MultiplyOnceRoundedIsOneRounding) {
  std::mt19937 random(kSeed);
  for (int32_t x : values()) {
    for (int32_t shift = -31; shift <= 30; ++shift) {
      const int32_t m = (1 << 30) + static_cast<int32_t>(random() >> 2);
      ASSERT_EQ(multiply_once_rounded(x, m, shift), wrap(ties_up(Wide{x} * m, 31 - shift))) << x << " " << m << " " << shift << ", seed " << kSeed;
    }
  }
}

TEST(FixedPoint, WrappingArithmeticIsThatOfTheMachine) {
  for (int32_t a : values()) {
    for (int32_t b : values()) {
      ASSERT_EQ(wrapping_add(a, b), wrap(Wide{a} + b));
      ASSERT_EQ(wrapping_mul(a, b), wrap(Wide{a} * b));
    }
    for (int n = 0; n <= 31; ++n) ASSERT_EQ(shift_left(a, n), wrap(Wide{a} * (Wide{1} << n)));
  }
}

TEST(FixedPoint, QuantizeMultiplierIsTheNearestOf31Bits) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 100000; ++i) {
    const double m = std::ldexp(1.0 + static_cast<double>(random() >> 12) * std::ldexp(1.0, -52), static_cast<int>(random() % 62) - 31);
    Multiplier q;
    ASSERT_TRUE(quantize_multiplier(m, &q).ok()) << m;
    ASSERT_GE(q.value, 1 << 30);
    ASSERT_GE(q.shift, -31);
    ASSERT_LE(q.shift, 31);
    const long double got = std::ldexp(static_cast<long double>(q.value), q.shift - 31), unit = std::ldexp(1.0L, q.shift - 31);
    ASSERT_LE(std::fabs(got - static_cast<long double>(m)), unit / 2) << m << ", seed " << kSeed;
  }
}

TEST(FixedPoint, QuantizeMultiplierAtItsEdges) {
  const auto quantized = [](double m) {
    Multiplier q{-1, -1};
    EXPECT_TRUE(quantize_multiplier(m, &q).ok()) << m;
    return std::pair<int32_t, int32_t>(q.value, q.shift);
  };
  using P = std::pair<int32_t, int32_t>;
  EXPECT_EQ(quantized(0), P(0, 0));
  EXPECT_EQ(quantized(1), P(1 << 30, 1));
  EXPECT_EQ(quantized(0.5), P(1 << 30, 0));
  EXPECT_EQ(quantized(std::nextafter(1.0, 0.0)), P(1 << 30, 1)) << "rounds up to the next power of two";
  EXPECT_EQ(quantized(1 + std::ldexp(1.0, -31)), P((1 << 30) + 1, 1)) << "a tie goes away from zero";
  EXPECT_EQ(quantized(std::ldexp(1.0, -32)), P(1 << 30, -31)) << "the smallest";
  EXPECT_EQ(quantized(std::nextafter(std::ldexp(1.0, -32), 0.0)), P(1 << 30, -31)) << "rounds up to the smallest";
  EXPECT_EQ(quantized(std::ldexp(1.0, -33)), P(0, 0));
  EXPECT_EQ(quantized(std::numeric_limits<double>::denorm_min()), P(0, 0));
  EXPECT_EQ(quantized(2147483647.0), P(INT32_MAX, 31)) << "the largest that 31 bits hold";
  const double beyond[] = {2147483648.0,
                           std::nextafter(2147483648.0, 0.0),
                           1e300,
                           std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN(),
                           -1,
                           -0.0,
                           -1e-300};
  for (double m : beyond) {
    Multiplier q{-1, -1};
    EXPECT_EQ(quantize_multiplier(m, &q).code(), Code::kScaleRange) << m;
    EXPECT_EQ(q.value, 0) << "a failure leaves zero: " << m;
  }
}

TEST(FixedPoint, RoundToIntRoundsTiesAwayFromZeroAndSaturates) {
  std::mt19937 random(kSeed);
  std::vector<float> x = {0.0f,         -0.0f,      0.5f,        -0.5f,       1.5f,          2.5f,           -2.5f,         0.49999997f,
                          -0.49999997f, 8388607.5f, -8388607.5f, 16777216.0f, 2147483520.0f, -2147483520.0f, -2147483648.0f};
  for (int i = 0; i < 100000; ++i)
    x.push_back(std::ldexp(static_cast<float>(static_cast<int32_t>(random())), -static_cast<int>(random() % 40)));
  for (float v : x) {
    if (std::fabs(v) < 2147483648.0f) {
      ASSERT_EQ(round_to_int(v), static_cast<int32_t>(std::llround(static_cast<double>(v)))) << v << ", seed " << kSeed;
    }
  }
  EXPECT_EQ(round_to_int(2147483648.0f), INT32_MAX);
  EXPECT_EQ(round_to_int(std::numeric_limits<float>::infinity()), INT32_MAX);
  EXPECT_EQ(round_to_int(-2147483904.0f), INT32_MIN);
  EXPECT_EQ(round_to_int(-std::numeric_limits<float>::infinity()), INT32_MIN);
  EXPECT_EQ(round_to_int(std::numeric_limits<float>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace midge
