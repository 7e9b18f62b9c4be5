// The entries of both tables, made again as the format's reference makes them, in double and in single precision.
#include "kernels/fixed_math/softmax_s16.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace midge {
namespace {

/// Entry i of a table of f over [low, high], R the precision.
template <class R, class F>
int32_t entry(int i, R low, R high, F f) {
  const R one = R{65536} / (R{2} / R{65535} * R{65535});  // 2 / 65535 is the step of the outputs
  const R step = (high - low) / 512, x = low + static_cast<R>(i) * step;
  if (i == 512) return static_cast<int32_t>(std::min(std::round(f(high) * one), R{32767}));
  const R here = std::round(f(x) * one), next = f(low + static_cast<R>(i + 1) * step) * one;
  const R error = std::round((next + here) / 2) - std::round(f(x + step / 2) * one);
  return static_cast<int32_t>(std::min(here - std::round(error / 2), R{32767}));
}

template <class R>
void check_tables(bool single_precision) {
  const R exp_step = R{10} / R{65535}, unit_step = R{1} / R{65535};
  for (int i = 0; i < 512; ++i) {
    const int32_t x = 128 * (i - 256);
    EXPECT_EQ(softmax_exp_s16(x), entry<R>(i, exp_step * R{-65535}, 0, [](R y) { return std::exp(y); })) << i;
    EXPECT_EQ(softmax_reciprocal_s16(x, single_precision), entry<R>(i, 0, unit_step * R{65535}, [](R y) { return 1 / (1 + y); })) << i;
  }
}

TEST(SoftmaxS16, TablesAreThoseOfDoublePrecision) { check_tables<double>(false); }
TEST(SoftmaxS16, TablesAreThoseOfSinglePrecision) { check_tables<float>(true); }

TEST(SoftmaxS16, PiecesMeetTheFunctions) {
  for (int32_t x = -32768; x < 32768; ++x) {
    const double part = (x + 32768) / 65535.0;
    EXPECT_NEAR(softmax_exp_s16(x), 32768 * std::exp(10 * part - 10), 7);
    EXPECT_NEAR(softmax_reciprocal_s16(x, false), 32768 / (1 + part), 4);
  }
}

}  // namespace
}  // namespace midge
