// The 16-bit functions over every input: against the C library's within their documented errors, and bit for bit by a hash of what
// gemmlowp's and the int16 operators' reference gave.
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/fixed_math/fixed_math_s16.h"
#include "kernels/sigmoid_s16/sigmoid_table_s16.h"

namespace midge {
namespace {

/// FNV-1a over the results' bytes, low one first.
class Hash {
 public:
  void add(int16_t v) {
    const uint32_t bits = static_cast<uint16_t>(v);
    for (const uint32_t byte : {bits & 0xff, bits >> 8}) value_ = (value_ ^ byte) * 16777619u;
  }
  uint32_t value() const { return value_; }

 private:
  uint32_t value_ = 2166136261u;
};

double q0(int16_t x) { return std::ldexp(x, -15); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(FixedMathS16, Logistic) {
  Hash hash;
  for (int32_t x = INT16_MIN; x <= INT16_MAX; ++x) {
    const int16_t y = fixed_logistic_s16(static_cast<int16_t>(x));
    ASSERT_NEAR(q0(y), sigmoid(std::ldexp(x, -12)), std::ldexp(1, -11)) << x;
    hash.add(y);
  }
  EXPECT_EQ(hash.value(), 0x2996a804u);
}

TEST(FixedMathS16, Tanh) {
  constexpr uint32_t kHashes[] = {0x2b09d393u, 0x3707c735u, 0xe9699d41u, 0x578b6201u, 0x45811bb8u, 0xc7816564u, 0x6696b7d2u};
  for (int32_t bits = 0; bits <= 6; ++bits) {
    Hash hash;
    for (int32_t x = INT16_MIN; x <= INT16_MAX; ++x) {
      const int16_t y = fixed_tanh_s16(static_cast<int16_t>(x), bits);
      ASSERT_NEAR(q0(y), std::tanh(std::ldexp(x, bits - 15)), std::ldexp(1, -11)) << x << " in Q" << bits;
      hash.add(y);
    }
    EXPECT_EQ(hash.value(), kHashes[bits]) << "Q" << bits;
  }
}

TEST(SigmoidTableS16, LogisticAndTanh) {
  Hash logistic, tanh;
  for (int32_t x = -200000; x <= 200000; ++x) {  // beyond the table's end
    const int16_t l = table_logistic_s16(x), t = table_tanh_s16(x);
    ASSERT_NEAR(q0(l), sigmoid(x / 12288.0), std::ldexp(1, -14)) << x;
    ASSERT_NEAR(q0(t), std::tanh(x / 12288.0), std::ldexp(1, -14)) << x;
    logistic.add(l), tanh.add(t);
  }
  EXPECT_EQ(logistic.value(), 0x0cb5d9dau);
  EXPECT_EQ(tanh.value(), 0x0d313fd5u);
  EXPECT_EQ(table_logistic_s16(INT32_MIN), 1);
  EXPECT_EQ(table_tanh_s16(INT32_MAX), INT16_MAX);
}

}  // namespace
}  // namespace midge
