// The integer contract's arithmetic against 128-bit and long double references, over edge values and seeded random ones.
#include "base/fixed_point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <tuple>
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

TEST(FixedPoint, MultiplyWideRoundsTheMultiplierTo15Bits) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    const int64_t x = static_cast<int64_t>(random()) >> (16 + random() % 40);
    const int32_t m = i % 7 == 0 ? INT32_MAX - static_cast<int32_t>(random() % 0x20000) : (1 << 30) + static_cast<int32_t>(random() % (1 << 30));
    const int32_t shift = static_cast<int32_t>(random() % 46) - 31;
    const Wide reduced = std::min<Wide>(ties_up(m, 16), 0x7fff);
    ASSERT_EQ(multiply_wide(x, m, shift), wrap(ties_up(x * reduced, 15 - shift))) << x << " " << m << " " << shift << ", seed " << kSeed;
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

/// What the contract says, in double precision.
std::pair<int32_t, int32_t> oracle(double m) {
  int shift = 0;
  int64_t value = static_cast<int64_t>(std::round(std::frexp(m, &shift) * 2147483648.0));
  if (value == INT64_C(1) << 31) value /= 2, ++shift;
  if (shift < -31 || value == 0) return {0, 0};
  return {static_cast<int32_t>(value), shift};
}

std::pair<int32_t, int32_t> ratio(float a, float b, float c, int32_t exponent) {
  Multiplier q{-1, -1};
  EXPECT_TRUE(quantize_ratio(a, b, c, exponent, &q).ok()) << a << " * " << b << " / " << c << " * 2^" << exponent;
  return {q.value, q.shift};
}

TEST(FixedPoint, QuantizeRatioIsWhatDoubleArithmeticGives) {
  std::mt19937 random(kSeed);
  // Mantissas of few bits make exact quotients and ties.
  const auto number = [&random] {
    const uint32_t bits = random() % 3 == 0 ? random() & 0xff0000 : random();
    return std::ldexp(1.0f + std::ldexp(static_cast<float>(bits & 0x7fffff), -23), static_cast<int>(random() % 20) - 15);
  };
  for (int i = 0; i < 300000; ++i) {
    const float a = number(), b = i % 4 == 0 ? 1.0f : number(), c = i % 5 == 0 ? 1.0f : number();
    const int32_t exponent = static_cast<int32_t>(random() % 30) - 25;
    const double m = std::ldexp(static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(c), exponent);
    if (m >= 2147483647.0) continue;
    ASSERT_EQ(ratio(a, b, c, exponent), oracle(m)) << a << " * " << b << " / " << c << " * 2^" << exponent << ", seed " << kSeed;
    const double quotient = static_cast<double>(a) / (static_cast<double>(b) * static_cast<double>(c));
    if (quotient >= 2147483647.0) continue;
    Multiplier q;
    ASSERT_TRUE(quantize_quotient(a, b, c, &q).ok());
    ASSERT_EQ(std::pair(q.value, q.shift), oracle(quotient)) << a << " / (" << b << " * " << c << "), seed " << kSeed;
  }
}

TEST(FixedPoint, QuantizeRatioByIntegerIsWhatDoubleArithmeticGives) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 100000; ++i) {
    const float a = std::ldexp(static_cast<float>(random() >> 40 | 1), -static_cast<int>(random() % 40));
    const float b = i % 3 == 0 ? std::ldexp(static_cast<float>(random() >> 40 | 1), -24) : 1.0f;
    const uint64_t divisor = i % 7 == 0 ? random() % 9 + 1 : random() >> (11 + random() % 50) | 1;
    const int32_t exponent = static_cast<int32_t>(random() % 60);
    const double m = std::ldexp(static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(divisor), exponent);
    if (m >= 2147483647.0) continue;
    Multiplier q{-1, -1};
    ASSERT_TRUE(quantize_ratio_by_integer(a, b, divisor, exponent, &q).ok());
    ASSERT_EQ(std::pair(q.value, q.shift), oracle(m)) << a << " * " << b << " / " << divisor << " * 2^" << exponent << ", seed " << kSeed;
  }
  Multiplier q{-1, -1};
  EXPECT_EQ(quantize_ratio_by_integer(1, 1, 1, 31, &q).code(), Code::kScaleRange);
  EXPECT_TRUE(quantize_ratio_by_integer(0, 1, 3, 0, &q).ok());
  EXPECT_EQ(q.value, 0);
}

TEST(FixedPoint, QuantizeRatioAtItsEdges) {
  using P = std::pair<int32_t, int32_t>;
  EXPECT_EQ(ratio(0, 1, 1, 0), P(0, 0));
  EXPECT_EQ(ratio(1, 0, 1, 0), P(0, 0));
  EXPECT_EQ(ratio(1, 1, 1, 0), P(1 << 30, 1));
  EXPECT_EQ(ratio(1, 1, 2, 0), P(1 << 30, 0));
  EXPECT_EQ(ratio(1, 1, 1, -32), P(1 << 30, -31)) << "the smallest";
  EXPECT_EQ(ratio(1, 1, 1, -33), P(0, 0));
  EXPECT_EQ(ratio(16777215, 1, 1, -55), P(2147483520, -31)) << "just below 2^-31";
  EXPECT_EQ(ratio(16777215, 1, 1, -56), P(0, 0)) << "just below 2^-32";
  EXPECT_EQ(ratio(1, 1, 1, 30), P(1 << 30, 31)) << "the largest power of two";
  const float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(ratio(tiny, 1, tiny, 0), P(1 << 30, 1)) << "subnormal numbers";
  EXPECT_EQ(ratio(tiny, tiny, 1, 0), P(0, 0));
  Multiplier q{-1, -1};
  for (const auto& [a, c, exponent] : {std::tuple(1.0f, 0.0f, 0), std::tuple(1.0f, 1.0f, 31), std::tuple(1e30f, 1e-30f, 0)}) {
    EXPECT_EQ(quantize_ratio(a, 1, c, exponent, &q).code(), Code::kScaleRange) << a << " / " << c;
    EXPECT_EQ(q.value, 0) << "a failure leaves zero";
  }
}

double value_of(DoubleBits m) {
  const uint64_t bits = static_cast<uint64_t>(m.high) << 32 | m.low;
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

TEST(FixedPoint, DoubleRatioIsTheDouble) {
  std::mt19937 random(kSeed);
  const auto number = [&random] { return std::ldexp(static_cast<float>(random() >> random() % 32), static_cast<int>(random() % 60) - 60); };
  DoubleBits m;
  for (int i = 0; i < 100000; ++i) {
    const float a = number(), b = number(), c = number();
    const double expected = static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(c);
    if (c == 0 || expected >= 2147483648.0) {
      ASSERT_EQ(double_ratio(a, b, c, &m).code(), a == 0 || b == 0 ? Code::kOk : Code::kScaleRange);
      ASSERT_EQ(value_of(m), 0.0) << "a failure leaves zero";
    } else {
      ASSERT_TRUE(double_ratio(a, b, c, &m).ok());
      ASSERT_EQ(value_of(m), expected) << a << " * " << b << " / " << c << ", seed " << kSeed;
      const Multiplier q = multiplier_of(m);
      ASSERT_EQ(std::make_pair(q.value, q.shift), oracle(expected));
    }
  }
}

TEST(FixedPoint, MultiplyAsDoubleIsWhatDoubleArithmeticGives) {
  std::mt19937_64 random(kSeed);
  const auto check = [](int64_t x, DoubleBits m) {
    const double product = std::round(static_cast<double>(x) * value_of(m));
    const double limit = std::min(std::max(product, -2147483648.0), 2147483647.0);
    ASSERT_EQ(multiply_as_double(x, m), static_cast<int32_t>(limit)) << x << " * " << value_of(m) << ", seed " << kSeed;
  };
  for (int i = 0; i < 400000; ++i) {
    DoubleBits m;
    // Few bits make exact halves; the nearest double to n / x and those around it, (n + 0.5) / x, make products that round to halves.
    const int64_t x = static_cast<int64_t>(random()) >> (11 + random() % 52);
    double scale = std::ldexp(static_cast<double>(random() >> (11 + random() % 53)), -static_cast<int>(random() % 90));
    if (i % 2 == 0 && x != 0) scale = (static_cast<double>(random() % 40000) + 0.5) / std::fabs(static_cast<double>(x));
    if (i % 3 == 0) scale = std::nextafter(scale, i % 6 == 0 ? 0.0 : 1e9);
    if (!(scale < 2147483648.0)) continue;
    uint64_t bits;
    std::memcpy(&bits, &scale, sizeof bits);
    m.low = static_cast<uint32_t>(bits), m.high = static_cast<uint32_t>(bits >> 32);
    if (scale < 1e-120) m = DoubleBits();  // no ratio of floats is as small
    check(x, m);
  }
  DoubleBits half;
  ASSERT_TRUE(double_ratio(1, 1, 2, &half).ok());
  const std::vector<std::pair<int64_t, int32_t>> edges = {
      {0, 0}, {1, 1}, {-1, -1}, {3, 2}, {-3, -2}, {INT64_C(1) << 40, INT32_MAX}, {-(INT64_C(1) << 40), INT32_MIN}, {-(INT64_C(1) << 32), INT32_MIN}};
  for (const auto& [x, expected] : edges) EXPECT_EQ(multiply_as_double(x, half), expected) << x;
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
