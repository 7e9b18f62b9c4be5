// floor_f32, ceil_f32 and round_f32 against the C library, over all exponents and at halves.
#include "base/float_round.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace midge {
namespace {

void expect_same(float x) {
  ASSERT_EQ(floor_f32(x), std::floor(x)) << x;
  ASSERT_EQ(ceil_f32(x), std::ceil(x)) << x;
  ASSERT_EQ(round_f32(x), std::nearbyint(x)) << x;
}

TEST(FloatRound, IsTheLibrarys) {
  for (uint64_t bits = 0; bits < 0x100000000; bits += 4999) {
    const uint32_t low = static_cast<uint32_t>(bits);
    float x;
    std::memcpy(&x, &low, sizeof x);
    if (x == x) expect_same(x);
  }
  for (int32_t i = -9000; i < 9000; ++i) {
    const float half = static_cast<float>(i) / 2;
    expect_same(half);
    expect_same(std::nextafter(half, 1e9f));
    expect_same(std::nextafter(half, -1e9f));
  }
  EXPECT_TRUE(std::isnan(floor_f32(NAN)));
}

}  // namespace
}  // namespace midge
