// Histograms that grow, and ranges on distributions whose answer is known.
#include "compiler/quantize/ranges.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "compiler/quantize/testing.h"

namespace midge {
namespace {

uint64_t total(const Histogram& h) { return std::accumulate(h.bins().begin(), h.bins().end(), h.zeros()); }

TEST(Histogram, TheSameHoweverTheValuesAreSplit) {
  std::vector<float> v = testing::normal_values(5000, 1);
  for (size_t i = 0; i < v.size(); i += 7) v[i] = 0;
  v[4000] = 900, v[4500] = -70000;
  Histogram whole, parts, first, second;
  ASSERT_TRUE(whole.add(v));
  for (size_t i = 0; i < v.size(); i += 50) ASSERT_TRUE(parts.add(std::span(v).subspan(i, 50)));
  ASSERT_TRUE(first.add(std::span(v).first(1000)));
  ASSERT_TRUE(second.add(std::span(v).subspan(1000)));
  first.merge(second);
  for (const Histogram* h : {&parts, &first}) {
    EXPECT_EQ(h->bins(), whole.bins());
    EXPECT_EQ(h->low(), -70000);
    EXPECT_EQ(h->high(), 900);
    EXPECT_EQ(h->zeros(), whole.zeros());
    EXPECT_EQ(h->width(), whole.width());
  }
  EXPECT_EQ(total(whole), v.size());
  EXPECT_LE(whole.bins().size(), static_cast<size_t>(Histogram::kMostBins));
  Histogram other_way;
  other_way.merge(second);
  ASSERT_TRUE(other_way.add(std::span(v).first(1000)));
  EXPECT_EQ(other_way.bins(), whole.bins());
}

TEST(Histogram, RefusesWhatIsNotFinite) {
  Histogram h;
  ASSERT_TRUE(h.add(std::vector<float>{1, 2}));
  EXPECT_FALSE(h.add(std::vector<float>{1, NAN}));
  EXPECT_FALSE(h.add(std::vector<float>{-INFINITY, 2}));
  EXPECT_EQ(h.count(), 2u);
}

TEST(Histogram, TakesAnySize) {
  for (const float x : {1e-38f, 1e-20f, 1.0f, 1e20f, 3e38f}) {
    Histogram h;
    ASSERT_TRUE(h.add(std::vector<float>{x, -x, 0, x / 3}));
    EXPECT_EQ(total(h), 4u) << x;
    EXPECT_EQ(h.high(), x);
    Histogram one;
    ASSERT_TRUE(one.add(std::vector<float>{x, x}));
    EXPECT_EQ(total(one), 2u) << x;
  }
}

TEST(Ranges, OfANormalDistribution) {
  Histogram h;
  ASSERT_TRUE(h.add(testing::normal_values(200000, 2)));
  const Range all = choose_range(h, RangeMethod::kMinMax, 0, 256, false, {});
  EXPECT_EQ(all.low, h.low());
  EXPECT_EQ(all.high, h.high());
  const Range p = choose_range(h, RangeMethod::kPercentile, 95, 256, false, {});
  EXPECT_NEAR(p.high, 1.96, 0.03);
  EXPECT_NEAR(p.low, -1.96, 0.03);
  const Range mse = choose_range(h, RangeMethod::kMse, 0, 16, false, {});
  EXPECT_LT(mse.high, 0.8 * all.high);  // sixteen levels are better spent inside
  EXPECT_LT(range_error(h, mse, 16), 0.9 * range_error(h, all, 16));
  EXPECT_LE(range_error(h, choose_range(h, RangeMethod::kMse, 0, 256, false, {}), 256), range_error(h, all, 256));
  const Range kl = choose_range(h, RangeMethod::kEntropy, 0, 256, false, {});
  EXPECT_GT(kl.high, 2);
  EXPECT_LE(kl.high, all.high);
  const Range average = choose_range(h, RangeMethod::kMovingAverage, 0, 256, false, {-2, 3});
  EXPECT_EQ(average.low, -2);
  EXPECT_EQ(average.high, 3);
  const Range symmetric = choose_range(h, RangeMethod::kMinMax, 0, 65535, true, {});
  EXPECT_EQ(symmetric.low, -symmetric.high);
}

TEST(Ranges, MseCutsAnOutlierOff) {
  std::vector<float> v = testing::normal_values(100000, 3);
  v[5] = 50;
  Histogram h;
  ASSERT_TRUE(h.add(v));
  const Range r = choose_range(h, RangeMethod::kMse, 0, 16, false, {});
  EXPECT_LT(r.high, 15);
  EXPECT_GE(r.low, h.low());
}

TEST(Ranges, EveryRangeHoldsZeroExactly) {
  for (const Range r : {Range{2, 5}, Range{-5, -2}, Range{-0.3, 7.1}, Range{0, 0}, Range{-1e-30, 0}}) {
    const ir::Quantization q = quantization_of(r, Type::kInt8);
    EXPECT_GT(q.scales[0], 0);
    EXPECT_GE(q.zero_points[0], -128);
    EXPECT_LE(q.zero_points[0], 127);
    const double scale = static_cast<double>(q.scales[0]);
    EXPECT_LE(scale * (-128.5 - static_cast<double>(q.zero_points[0])), std::min(0.0, r.low) + 1e-9);
    EXPECT_GE(scale * (127.5 - static_cast<double>(q.zero_points[0])), std::max(0.0, r.high) - 1e-9);
  }
  EXPECT_EQ(quantization_of({-4, 2}, Type::kInt16).zero_points[0], 0);
}

}  // namespace
}  // namespace midge
