// Every set of folded dimensions of shapes of rank 0 to 6, ones among them, against plain index arithmetic.
#include "kernels/reduce/reduce.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace midge {
namespace {

Shape shape(std::vector<int32_t> dims) {
  Shape s;
  for (const int32_t n : dims) s.dims[s.rank++] = n;
  return s;
}

TEST(Reduce, FoldsEachOutputsElementsInOrder) {
  const Shape shapes[] = {
      shape({}), shape({5}), shape({1}), shape({2, 3}), shape({2, 1, 3}), shape({4, 3, 2, 5}), shape({2, 3, 2, 1, 2, 3})};
  for (const Shape& in : shapes) {
    std::vector<char> elements(static_cast<size_t>(in.count()));
    for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<char>(i);
    for (uint32_t set = 0; set < 1u << in.rank; ++set) {
      bool fold[kMaxRank] = {};
      int32_t outputs = 1;
      for (int32_t d = 0; d < in.rank; ++d) {
        fold[d] = (set >> d & 1) != 0;
        if (!fold[d]) outputs *= in[d];
      }
      std::vector<std::string> expected(static_cast<size_t>(outputs)), actual(expected.size());
      for (int32_t i = 0; i < in.count(); ++i) {
        int32_t output = 0, rest = i, step = 1;
        for (int32_t d = in.rank - 1; d >= 0; --d) {
          if (!fold[d]) output += rest % in[d] * step, step *= in[d];
          rest /= in[d];
        }
        expected[static_cast<size_t>(output)] += elements[static_cast<size_t>(i)];
      }
      const Reduction r = plan_reduction(in, fold);
      reduce(
          r, elements.data(), std::string(), [](const std::string& a, char x) { return a + x; },
          [&](int32_t output, const std::string& folded) { actual[static_cast<size_t>(output)] = folded; });
      EXPECT_EQ(actual, expected) << "rank " << in.rank << ", set " << set;
      EXPECT_EQ(r.count * outputs, in.count());
    }
  }
}

TEST(Reduce, MergesNeighbours) {
  const bool height_and_width[kMaxRank] = {false, true, true, false};
  const Reduction r = plan_reduction(shape({1, 7, 6, 5}), height_and_width);
  EXPECT_EQ(r.kept.rank, 1);
  EXPECT_EQ(r.folded.rank, 1);
  EXPECT_EQ(r.folded.dims[0], 42);
  EXPECT_EQ(r.folded.steps[0], 5);
}

}  // namespace
}  // namespace midge
