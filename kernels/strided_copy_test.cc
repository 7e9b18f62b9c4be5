// strided_copy against nested loops: element sizes 1, 2, 4 and 8, ranks 0 to 6, steps of both signs and zero; what is not named stays.
// Then its neighbours.
#include "kernels/copy/strided_copy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace midge {
namespace {

constexpr uint32_t kSeed = 5;

TEST(StridedCopyKernel, RandomSteps) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 4000; ++round) {
    StridedCopy p;
    p.rank = static_cast<int32_t>(random() % 7);
    p.element_bytes = 1 << random() % 4;
    // The target is a box in C order with gaps, so that no element is written twice; the source moves as it likes.
    int32_t to_extent = 1, lowest = 0, highest = 0, count = 1;
    for (int32_t d = p.rank - 1; d >= 0; --d) {
      p.dims[d] = 1 + static_cast<int32_t>(random() % 3);
      count *= p.dims[d];
      p.to_step[d] = to_extent;
      to_extent = p.to_step[d] * p.dims[d] + static_cast<int32_t>(random() % 2);
      p.from_step[d] = random() % 4 == 0 ? 1 : static_cast<int32_t>(random() % 9) - 4;
      (p.from_step[d] < 0 ? lowest : highest) += p.from_step[d] * (p.dims[d] - 1);
    }
    p.from_start = -lowest;
    p.to_start = static_cast<int32_t>(random() % 4);
    const size_t bytes = static_cast<size_t>(p.element_bytes);
    std::vector<uint8_t> from(static_cast<size_t>(highest - lowest + 1) * bytes), to(static_cast<size_t>(p.to_start + to_extent) * bytes, 0xee);
    for (uint8_t& b : from) b = static_cast<uint8_t>(random());
    std::vector<uint8_t> want = to;
    for (int32_t i = 0; i < count; ++i) {
      int32_t rest = i, source = p.from_start, target = p.to_start;
      for (int32_t d = p.rank - 1; d >= 0; --d) {
        source += rest % p.dims[d] * p.from_step[d], target += rest % p.dims[d] * p.to_step[d];
        rest /= p.dims[d];
      }
      std::memcpy(&want[static_cast<size_t>(target) * bytes], &from[static_cast<size_t>(source) * bytes], bytes);
    }
    strided_copy(p, from.data(), to.data());
    ASSERT_EQ(to, want) << "round " << round << ", seed " << kSeed;
  }
}

TEST(StridedCopyKernel, TurnedRoundTakesEachElementBack) {
  StridedCopy p;
  Shape shape;
  p.rank = shape.rank = 2;
  shape.dims[0] = p.dims[0] = 3, shape.dims[1] = p.dims[1] = 4;
  dense_steps(shape, p.from_step);
  EXPECT_EQ(p.from_step[0], 4);
  EXPECT_EQ(p.from_step[1], 1);
  p.to_step[0] = -1, p.to_step[1] = 3, p.to_start = 2;
  uint8_t from[12], moved[12] = {}, back[12] = {};
  for (uint8_t i = 0; i < 12; ++i) from[i] = i;
  strided_copy(p, from, moved);
  EXPECT_EQ(moved[2], 0);
  EXPECT_EQ(moved[9], 11);
  strided_copy(turned_round(p), moved, back);
  EXPECT_EQ(std::memcmp(from, back, sizeof from), 0);
}

TEST(StridedCopyKernel, Fill) {
  const uint8_t value[] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int32_t bytes = 1; bytes <= 8; bytes *= 2) {
    for (int32_t count = 1; count < 40; ++count) {
      const size_t n = static_cast<size_t>(bytes * count);
      std::vector<uint8_t> to(n + 1, 0xee), want(n + 1, 0xee);
      for (size_t i = 0; i < n; ++i) want[i] = value[i % static_cast<size_t>(bytes)];
      fill_elements(value, bytes, count, to.data());
      ASSERT_EQ(to, want) << bytes << " bytes, " << count << " elements";
    }
  }
}

}  // namespace
}  // namespace midge
