// plan_broadcast and for_each_pair against index arithmetic written down plainly, for every pair of small shapes up to rank 4 and
// seeded random ones up to rank 6.
#include "kernels/broadcast/broadcast.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/tflite_builder.h"

namespace midge {
namespace {

constexpr uint32_t kSeed = 99;

/// The common shape, or rank -1 if there is none.
Shape common_shape(const Shape& a, const Shape& b) {
  Shape out;
  out.rank = std::max(a.rank, b.rank);
  for (int d = 1; d <= out.rank; ++d) {
    const int32_t x = d <= a.rank ? a[a.rank - d] : 1, y = d <= b.rank ? b[b.rank - d] : 1;
    if (x != y && x != 1 && y != 1) return out.rank = -1, out;
    out.dims[out.rank - d] = std::max(x, y);
  }
  return out;
}

int32_t index_in(const Shape& operand, const Shape& out, int32_t at) {
  int32_t index = 0, step = 1;
  for (int d = 1; d <= operand.rank; ++d) {
    const int32_t position = at % out[out.rank - d];
    at /= out[out.rank - d];
    if (operand[operand.rank - d] != 1) index += position * step;
    step *= operand[operand.rank - d];
  }
  return index;
}

void check(const Shape& a, const Shape& b) {
  const Shape want = common_shape(a, b);
  Shape out;
  Broadcast plan;
  const Status status = plan_broadcast(a, b, &out, &plan);
  if (want.rank < 0) {
    ASSERT_EQ(status.code(), Code::kShapeMismatch);
    return;
  }
  ASSERT_TRUE(status.ok());
  ASSERT_TRUE(out == want);
  int32_t next = 0;
  for_each_pair(plan, [&](int32_t o, int32_t i, int32_t j) {
    ASSERT_EQ(o, next++);
    ASSERT_EQ(i, index_in(a, want, o));
    ASSERT_EQ(j, index_in(b, want, o));
  });
  ASSERT_EQ(next, want.count());
}

TEST(Broadcast, EveryPairOfSmallShapes) {
  std::vector<Shape> shapes = {Shape()};
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i].rank == 4) break;
    for (const int32_t dim : {1, 2, 3}) {
      Shape longer = shapes[i];
      longer.dims[longer.rank++] = dim;
      shapes.push_back(longer);
    }
  }
  ASSERT_EQ(shapes.size(), 121u);
  for (const Shape& a : shapes) {
    for (const Shape& b : shapes) ASSERT_NO_FATAL_FAILURE(check(a, b));
  }
}

TEST(Broadcast, RandomPairsOfRank6) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    Shape a, b;
    a.rank = 6, b.rank = static_cast<int32_t>(random() % 7);
    for (int d = 0; d < 6; ++d) a.dims[d] = 1 + static_cast<int32_t>(random() % 4);
    for (int d = 0; d < b.rank; ++d) b.dims[d] = random() % 2 == 0 ? 1 : a[6 - b.rank + d];
    for (int d = 0; d < 6; ++d) a.dims[d] = random() % 4 == 0 ? 1 : a.dims[d];
    ASSERT_NO_FATAL_FAILURE(check(a, b)) << "seed " << kSeed;
    ASSERT_NO_FATAL_FAILURE(check(b, a)) << "seed " << kSeed;
  }
}

TEST(Broadcast, EqualShapesAreOneLoop) {
  Shape out;
  Broadcast plan;
  ASSERT_TRUE(plan_broadcast(make_shape(2, 3, 4, 5), make_shape(2, 3, 4, 5), &out, &plan).ok());
  EXPECT_EQ(plan.rank, 1);
  EXPECT_EQ(plan.dims[0], 120);
}

}  // namespace
}  // namespace midge
