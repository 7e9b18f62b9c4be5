// The fixed-point functions against the C library's, over sweeps of their ranges: the bounds are those that int8 results need
// (2^-24 of full scale and better), the exact values are those that the contract names.
#include "kernels/fixed_math/fixed_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace midge {
namespace {

double q(int32_t x, int integer_bits) { return std::ldexp(static_cast<double>(x), integer_bits - 31); }

TEST(FixedMath, ExpOfNegatives) {
  for (const int bits : {4, 5}) {
    EXPECT_EQ(fixed_exp_negative(0, bits), INT32_MAX);
    for (int64_t x = INT32_MIN; x < 0; x += 65537) {
      const int32_t v = static_cast<int32_t>(x);
      ASSERT_NEAR(q(fixed_exp_negative(v, bits), 0), std::exp(q(v, bits)), 2e-6) << v << " in Q" << bits;
    }
  }
}

TEST(FixedMath, OneOverOnePlus) {
  for (int64_t x = 0; x <= INT32_MAX; x += 65537) {
    const int32_t v = static_cast<int32_t>(x);
    ASSERT_NEAR(q(fixed_one_over_one_plus(v), 0), 1 / (1 + q(v, 0)), 1e-7) << v;
  }
}

TEST(FixedMath, LogisticAndTanh) {
  EXPECT_EQ(fixed_logistic(0), 1 << 30);
  EXPECT_EQ(fixed_tanh(0), 0);
  for (int64_t x = -INT64_C(0x7fffffff); x <= INT32_MAX; x += 65537) {
    const int32_t v = static_cast<int32_t>(x);
    ASSERT_NEAR(q(fixed_logistic(v), 0), 1 / (1 + std::exp(-q(v, 4))), 2e-6) << v;
    ASSERT_NEAR(q(fixed_tanh(v), 0), std::tanh(q(v, 4)), 2e-6) << v;
  }
}

TEST(FixedMath, Reciprocal) {
  for (int64_t x = 1; x <= INT32_MAX; x = x * 5 / 4 + 1) {
    int32_t shift;
    const int32_t r = fixed_reciprocal(static_cast<int32_t>(x), 12, &shift);
    // 1 / x = r * 2^-shift
    ASSERT_NEAR(q(r, 0) * std::ldexp(1.0, -shift) * q(static_cast<int32_t>(x), 12), 1.0, 1e-6) << x;
  }
}

TEST(FixedMath, Log) {
  for (int64_t x = INT64_C(1) << 19; x <= INT32_MAX; x = x * 1001 / 1000 + 1) {
    const int32_t v = static_cast<int32_t>(x);
    ASSERT_NEAR(q(fixed_log(v, 12), 5), std::log(q(v, 12)), 1e-5) << v;
  }
  EXPECT_NEAR(q(fixed_log(INT32_MAX, 12), 5), std::log(4096.0), 1e-5);
}

TEST(FixedMath, InverseSqrt) {
  for (int64_t x = 1; x <= INT32_MAX; x = x * 1001 / 1000 + 1) {
    const Multiplier m = fixed_inverse_sqrt(static_cast<int32_t>(x));
    ASSERT_NEAR(q(m.value, 0) * std::ldexp(1.0, m.shift) * std::sqrt(static_cast<double>(x)), 1.0, 2e-6) << x;
    ASSERT_LE(m.shift, 0);
  }
  EXPECT_EQ(fixed_inverse_sqrt(0).value, INT32_MAX);
}

}  // namespace
}  // namespace midge
