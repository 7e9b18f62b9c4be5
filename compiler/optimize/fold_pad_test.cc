#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

/// PAD of these widths, then a window of this size and stride over an n by n image: is the PAD folded?
bool folds(int32_t n, int32_t before, int32_t after, int32_t size, int32_t stride, bool depthwise = false) {
  Builder b;
  const int32_t x = b.op(Builtin::PAD, {b.input({1, n, n, 3}), b.ints({0, 0, before, after, before, after, 0, 0}, {4, 2})});
  b.output(depthwise ? b.depthwise(x, size, stride) : b.conv(x, 4, size, stride));
  return count(run_pass("fold_pad", b.module), Builtin::PAD) == 0;
}

TEST(FoldPad, WhereSameGivesThisPadding) {
  for (const bool depthwise : {false, true}) {
    EXPECT_TRUE(folds(7, 1, 1, 3, 1, depthwise));
    EXPECT_TRUE(folds(7, 2, 2, 5, 1, depthwise));
    EXPECT_TRUE(folds(7, 1, 1, 3, 2, depthwise));   // odd size: one on each side
    EXPECT_TRUE(folds(8, 0, 1, 3, 2, depthwise));   // even size: SAME pads behind
    EXPECT_TRUE(folds(8, 1, 2, 4, 1, depthwise));
    EXPECT_FALSE(folds(8, 1, 1, 3, 2, depthwise));  // as torch pads
    EXPECT_FALSE(folds(8, 1, 0, 3, 2, depthwise));
    EXPECT_FALSE(folds(7, 2, 2, 3, 1, depthwise));  // more outputs than SAME has
    EXPECT_FALSE(folds(7, 1, 1, 1, 1, depthwise));
  }
}

/// Every small size, width, filter and stride: what is folded gives the same numbers, which run_pass() checks.
TEST(FoldPad, AllSmallCases) {
  int folded = 0;
  for (const int32_t n : {4, 5}) {
    for (const int32_t before : {0, 1, 2}) {
      for (const int32_t after : {0, 1, 2, 3}) {
        for (const int32_t size : {1, 2, 3}) {
          for (const int32_t stride : {1, 2, 3}) folded += folds(n, before, after, size, stride) ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(folded, 10);
}

TEST(FoldPad, Int8PadsWithTheZeroPoint) {
  const ir::Quantization q{{0.05f}, {-7}, 0};
  Builder b;
  const int32_t x = b.op(Builtin::PAD, {b.input({1, 5, 5, 2}, Type::kInt8, q), b.ints({0, 0, 1, 1, 1, 1, 0, 0}, {4, 2})});
  ir::Bytes weights(3 * 3 * 3 * 2);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<uint8_t>(i * 37);
  const int32_t w = b.graph().add_constant("w", Type::kInt8, {3, 3, 3, 2}, weights);
  b.graph()[w].quantization = {{0.01f}, {0}, 0};
  b.output(b.op_as(Type::kInt8, {{0.1f}, {3}, 0}, Builtin::CONV_2D, {x, w, -1},
                   {{"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}, {"padding", int64_t{1}}}));
  EXPECT_EQ(operators(run_pass("fold_pad", b.module)), "CONV_2D");
}

TEST(FoldPad, MaxPoolOnlyWhereThePaddingNeverWins) {
  const std::map<std::string, ir::Option> pool = {
      {"stride_w", int64_t{2}}, {"stride_h", int64_t{2}}, {"filter_width", int64_t{3}}, {"filter_height", int64_t{3}}, {"padding", int64_t{1}}};
  const auto folded = [&](bool relu, bool lowest, Builtin code) {
    Builder b;
    int32_t x = b.input({1, 7, 7, 3});
    if (relu) x = b.op(Builtin::RELU, {x});
    const int32_t widths = b.ints({0, 0, 1, 1, 1, 1, 0, 0}, {4, 2});
    x = lowest ? b.op(Builtin::PADV2, {x, widths, b.floats({1}, {-3.4028235e38f})}) : b.op(Builtin::PAD, {x, widths});
    b.output(b.op(code, {x}, pool));
    const ir::Module after = run_pass("fold_pad", b.module);
    return count(after, Builtin::PAD) + count(after, Builtin::PADV2) == 0;
  };
  for (const int64_t zero : {-128, -127}) {
    const ir::Quantization q{{0.05f}, {zero}, 0};
    Builder b;
    const int32_t x = b.op(Builtin::PAD, {b.input({1, 7, 7, 3}, Type::kInt8, q), b.ints({0, 0, 1, 1, 1, 1, 0, 0}, {4, 2})});
    b.output(b.op(Builtin::MAX_POOL_2D, {x}, pool));
    EXPECT_EQ(operators(run_pass("fold_pad", b.module)), zero == -128 ? "MAX_POOL_2D" : "PAD MAX_POOL_2D");
  }
  EXPECT_TRUE(folded(true, false, Builtin::MAX_POOL_2D));
  EXPECT_TRUE(folded(false, true, Builtin::MAX_POOL_2D));
  EXPECT_FALSE(folded(false, false, Builtin::MAX_POOL_2D));
  EXPECT_FALSE(folded(true, false, Builtin::AVERAGE_POOL_2D));
}

TEST(FoldPad, ChannelsAreNotPaddedBySame) {
  Builder b;
  const int32_t x = b.op(Builtin::PAD, {b.input({1, 5, 5, 2}), b.ints({0, 0, 1, 1, 1, 1, 0, 1}, {4, 2})});
  b.output(b.conv(x, 3, 3));
  EXPECT_EQ(operators(run_pass("fold_pad", b.module)), "PAD CONV_2D");
}

}  // namespace
}  // namespace midge::testing
