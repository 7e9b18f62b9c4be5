// Quantisation at run time: rounding and the zero point, at the places where the obvious formulas differ from the contract.
#include "kernels/hybrid/quantize_input.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace midge {
namespace {

struct Quantized {
  HybridScale q;
  std::vector<int> values;
};
Quantized run(HybridScale (*quantize)(const float*, int32_t, int8_t*), const std::vector<float>& in) {
  std::vector<int8_t> out(in.size());
  const HybridScale q = quantize(in.data(), static_cast<int32_t>(in.size()), out.data());
  return {q, std::vector<int>(out.begin(), out.end())};
}

TEST(QuantizeInput, SymmetricRoundsTiesAwayFromZero) {
  const Quantized r = run(quantize_symmetric, {127, 0.5f, -0.5f, 1.5f, -126.5f, -127, 0});
  EXPECT_EQ(r.q.scale, 1);
  EXPECT_EQ(r.q.zero_point, 0);
  EXPECT_EQ(r.values, (std::vector<int>{127, 1, -1, 2, -127, -127, 0}));
}

TEST(QuantizeInput, AsymmetricRoundsTiesBeforeItAddsTheZeroPoint) {
  // -128 + 0.5 rounded would be -128 where ties go away from zero.
  const Quantized r = run(quantize_asymmetric, {255, 0, 0.5f, 1.5f, 2.25f});
  EXPECT_EQ(r.q.scale, 1);
  EXPECT_EQ(r.q.zero_point, -128);
  EXPECT_EQ(r.values, (std::vector<int>{127, -128, -127, -126, -126}));
}

TEST(QuantizeInput, AsymmetricTakesTheRangeInSinglePrecision) {
  const float low = -1, high = 1 + 3 * std::numeric_limits<float>::epsilon();  // high - low is no float
  EXPECT_EQ(run(quantize_asymmetric, {low, high}).q.scale, static_cast<float>(static_cast<double>(high - low) / 255));
}

TEST(QuantizeInput, ZeroIsInTheRange) {
  EXPECT_EQ(run(quantize_asymmetric, {2, 4}).q.zero_point, -128);
  EXPECT_EQ(run(quantize_asymmetric, {-2, -4}).q.zero_point, 127);
  const Quantized zeros = run(quantize_asymmetric, {0, 0});
  EXPECT_EQ(zeros.q.scale, 1);
  EXPECT_EQ(zeros.values, (std::vector<int>{0, 0}));
}

TEST(QuantizeInput, ExtremesAreDefined) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kLargest = std::numeric_limits<float>::max(), kTiny = std::numeric_limits<float>::denorm_min();
  for (const auto quantize : {quantize_symmetric, quantize_asymmetric}) {
    for (const float x : {kInfinity, -kInfinity, kNaN, kLargest, -kLargest, kTiny, -kTiny}) {
      run(quantize, {x, 0, -x});
      run(quantize, {x, 1, -1});
    }
  }
}

}  // namespace
}  // namespace midge
