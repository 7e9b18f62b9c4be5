// Every half survives the way there and back; floats round to the nearest half, ties to even.
#include "base/float16.h"

#include <gtest/gtest.h>

#include <cmath>

namespace midge {
namespace {

TEST(Float16, EveryHalfComesBack) {
  for (uint32_t h = 0; h < 0x10000; ++h) {
    const float f = float_of_half(static_cast<uint16_t>(h));
    if ((h & 0x7fff) > 0x7c00) {
      ASSERT_TRUE(std::isnan(f));
      ASSERT_TRUE(std::isnan(float_of_half(half_of_float(f))));
    } else {
      ASSERT_EQ(half_of_float(f), h);
    }
  }
  EXPECT_EQ(float_of_half(0x3c00), 1);
  EXPECT_EQ(float_of_half(0xc000), -2);
  EXPECT_EQ(float_of_half(0x7bff), 65504);
  EXPECT_EQ(float_of_half(0x0001), std::exp2(-24.0f));
}

TEST(Float16, RoundsToNearestTiesToEven) {
  for (uint32_t h = 0; h < 0x7bff; ++h) {
    const float low = float_of_half(static_cast<uint16_t>(h)), high = float_of_half(static_cast<uint16_t>(h + 1)), middle = (low + high) / 2;
    ASSERT_EQ(half_of_float(middle), h % 2 == 0 ? h : h + 1) << h;
    ASSERT_EQ(half_of_float(std::nextafter(middle, 0.0f)), h) << h;
    ASSERT_EQ(half_of_float(std::nextafter(middle, high)), h + 1) << h;
    ASSERT_EQ(half_of_float(-std::nextafter(middle, high)), (h + 1) | 0x8000) << h;
  }
  EXPECT_EQ(half_of_float(65519.9f), 0x7bff);
  EXPECT_EQ(half_of_float(65520), 0x7c00);
  EXPECT_EQ(half_of_float(-1e30f), 0xfc00);
}

}  // namespace
}  // namespace midge
