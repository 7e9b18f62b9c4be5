// Each method's error is at most that of rounding to nearest, and the best possible where that can be counted out.
#include "compiler/quantize/rounding.h"

#include <gtest/gtest.h>

#include "compiler/quantize/testing.h"

namespace midge {
namespace {

/// Of `rows` observations that share a common part, so that inputs move together.
Covariance correlated(size_t n, size_t rows, uint32_t seed) {
  const std::vector<float> x = testing::normal_values(n * rows, seed), common = testing::normal_values(rows, seed + 1);
  std::vector<float> h(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (size_t r = 0; r < rows; ++r) sum += static_cast<double>((x[r * n + i] + 2 * common[r]) * (x[r * n + j] + 2 * common[r]));
      h[i * n + j] = static_cast<float>(sum / static_cast<double>(rows));
    }
  }
  return Covariance(std::move(h), n, rows);
}

constexpr Rounding kMethods[] = {Rounding::kSequential, Rounding::kGptq, Rounding::kCoordinateDescent};

TEST(Rounding, NeverWorseThanNearest) {
  double nearest_sum = 0, better[4] = {};
  for (uint32_t seed = 1; seed < 30; ++seed) {
    for (const size_t n : {1u, 2u, 9u, 70u}) {
      for (const size_t rows : {2u, 300u}) {
        Covariance h = correlated(n, rows, seed);
        h.make_factor();
        const std::vector<float> w = testing::normal_values(n, seed + 99, 0.4f);
        std::vector<int8_t> q(n);
        round_weights(Rounding::kNearest, &h, w, 0.02f, 127, 0, q);
        const double nearest = output_error(h, w, 0.02f, q);
        if (n == 70 && rows == 300) nearest_sum += nearest;
        for (const Rounding method : kMethods) {
          round_weights(method, &h, w, 0.02f, 127, 20, q);
          const double e = output_error(h, w, 0.02f, q);
          EXPECT_LE(e, nearest) << "seed " << seed;
          if (n == 70 && rows == 300) better[static_cast<size_t>(method)] += e;
          for (const int8_t v : q) EXPECT_GE(v, -127);
        }
      }
    }
  }
  for (const Rounding method : kMethods) EXPECT_LT(better[static_cast<size_t>(method)], 0.5 * nearest_sum);
}

TEST(Rounding, CloseToTheBestOfAll) {
  constexpr size_t kN = 8;
  double best_sum = 0, gptq_sum = 0, nearest_sum = 0;
  for (uint32_t seed = 1; seed < 20; ++seed) {
    Covariance h = correlated(kN, 100, seed);
    h.make_factor();
    const std::vector<float> w = testing::normal_values(kN, seed + 50, 0.3f);
    const float scale = 0.1f;
    std::vector<int8_t> q(kN), low(kN);
    for (size_t k = 0; k < kN; ++k) low[k] = static_cast<int8_t>(std::floor(w[k] / scale));
    double best = 1e9;
    for (uint32_t up = 0; up < 1u << kN; ++up) {
      for (size_t k = 0; k < kN; ++k) q[k] = static_cast<int8_t>(low[k] + (up >> k & 1));
      best = std::min(best, output_error(h, w, scale, q));
    }
    best_sum += best;
    round_weights(Rounding::kNearest, &h, w, scale, 127, 0, q);
    nearest_sum += output_error(h, w, scale, q);
    round_weights(Rounding::kGptq, &h, w, scale, 127, 0, q);
    gptq_sum += output_error(h, w, scale, q);
  }
  EXPECT_LT(gptq_sum, 1.5 * best_sum);
  EXPECT_GT(nearest_sum, 2 * best_sum);
}

TEST(Rounding, StaysWithinFourBits) {
  Covariance h = correlated(20, 50, 3);
  h.make_factor();
  const std::vector<float> w = testing::normal_values(20, 4);
  std::vector<int8_t> q(20);
  for (const Rounding method : kMethods) {
    round_weights(method, &h, w, 0.1f, 7, 20, q);
    for (const int8_t v : q) EXPECT_LE(std::abs(v), 7);
  }
}

}  // namespace
}  // namespace midge
