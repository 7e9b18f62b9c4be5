// Shape's products and comparisons, and the limits of 31 bits.
#include "base/shape.h"

#include <gtest/gtest.h>

#include "tests/tflite_builder.h"

namespace midge {
namespace {

using testing::shape_of;

TEST(Shape, CountsAndMultiplies) {
  const Shape s = make_shape(2, 3, 4, 5);
  EXPECT_EQ(s.count(), 120);
  EXPECT_EQ(s.product(1, 3), 12);
  EXPECT_EQ(s.product(4, 4), 1);
  EXPECT_EQ(Shape().count(), 1) << "a scalar";
  EXPECT_EQ(s[3], 5);
}

TEST(Shape, EqualityIgnoresWhatLiesBeyondTheRank) {
  Shape a = shape_of(2, 3), b = shape_of(2, 3);
  b.dims[2] = 9;
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a != b);
  EXPECT_TRUE(a != shape_of(2, 3, 1));
  EXPECT_TRUE(a != shape_of(2, 4));
}

TEST(Shape, FitsIn31Bits) {
  EXPECT_TRUE(shape_fits(shape_of(0x7fffffff)));
  EXPECT_FALSE(shape_fits(shape_of(0x7fffffff), 2));
  EXPECT_TRUE(shape_fits(shape_of(32768, 65535)));
  EXPECT_FALSE(shape_fits(shape_of(32768, 65536)));
  EXPECT_FALSE(shape_fits(shape_of(65536, 65536)));
  EXPECT_FALSE(shape_fits(shape_of(65536, 65536, 65536, 65536, 65536, 65536)));
  EXPECT_FALSE(shape_fits(shape_of(-1)));
  EXPECT_FALSE(shape_fits(shape_of(0, -1)));
  EXPECT_TRUE(shape_fits(Shape(), 8));
}

TEST(Shape, EmptyMeansADimensionOfZero) {
  EXPECT_FALSE(shape_empty(Shape()));
  EXPECT_FALSE(shape_empty(shape_of(1, 1)));
  EXPECT_TRUE(shape_empty(shape_of(3, 0)));
}

TEST(Span, HelpersRoundAndClamp) {
  EXPECT_EQ(align_up(0, 16), 0u);
  EXPECT_EQ(align_up(1, 16), 16u);
  EXPECT_EQ(align_up(16, 16), 16u);
  EXPECT_EQ(clamp(5, 0, 3), 3);
  EXPECT_EQ(clamp(-5, 0, 3), 0);
  EXPECT_EQ(min(2, 3), 2);
  EXPECT_EQ(max(2, 3), 3);
}

}  // namespace
}  // namespace midge
