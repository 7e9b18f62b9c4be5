// Rows and taps_inside: rings wrap, and the taps that are said to lie inside are exactly those that do.
#include "kernels/rows.h"

#include <gtest/gtest.h>

namespace midge {
namespace {

TEST(RowsOfAnActivation, WrapInARing) {
  int8_t data[12] = {};
  const Rows<int8_t> whole{data, 3, 0}, ring{data, 3, 4};
  for (int32_t y = 0; y < 20; ++y) {
    EXPECT_EQ(whole.row(y), data + 3 * y);
    EXPECT_EQ(ring.row(y), data + 3 * (y % 4));
  }
}

TEST(TapsInside, AreExactlyThoseThatLieInTheInput) {
  for (int32_t size = 1; size <= 6; ++size) {
    for (int32_t taps = 1; taps <= 6; ++taps) {
      for (int32_t dilation = 1; dilation <= 4; ++dilation) {
        for (int32_t origin = -25; origin <= 10; ++origin) {
          const RowRange r = taps_inside(origin, taps, dilation, size);
          ASSERT_LE(0, r.begin);
          ASSERT_LE(r.begin, r.end);
          ASSERT_LE(r.end, taps);
          for (int32_t k = 0; k < taps; ++k) {
            const int32_t at = origin + k * dilation;
            ASSERT_EQ(at >= 0 && at < size, k >= r.begin && k < r.end) << size << " " << taps << " " << dilation << " " << origin << " " << k;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace midge
