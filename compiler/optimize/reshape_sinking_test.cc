#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(ReshapeSinking, PastScalesAndActivations) {
  Builder b;
  int32_t x = b.reshape(b.op(Builtin::TANH, {b.input({1, 1, 6, 4})}), {1, 6, 4});
  x = b.op(Builtin::MUL, {x, b.random({1, 1, 4})});
  x = b.op(Builtin::ADD, {b.random({4}), x});
  x = b.op(Builtin::ADD, {b.floats({1, 1, 1}, {0.5f}), x});
  b.output(b.reshape(b.op(Builtin::RELU, {x}), {1, 6, 4, 1}));
  EXPECT_EQ(operators(run_pass("reshape_sinking", b.module)), "TANH MUL ADD ADD RELU RESHAPE RESHAPE");
}

TEST(ReshapeSinking, TwoReshapedAlike) {
  Builder b;
  const int32_t x = b.reshape(b.op(Builtin::TANH, {b.input({1, 1, 6, 4})}), {1, 6, 4});
  const int32_t y = b.reshape(b.op(Builtin::RELU, {b.input({1, 1, 6, 4})}), {1, 6, 4});
  b.output(b.op(Builtin::ADD, {x, y}));
  EXPECT_EQ(operators(run_pass("reshape_sinking", b.module)), "TANH RELU ADD RESHAPE");
}

TEST(ReshapeSinking, NotPastWhatNeedsTheShape) {
  Builder b;
  const int32_t x = b.op(Builtin::TANH, {b.input({2, 6, 4})});
  b.output(b.op(Builtin::MUL, {b.reshape(x, {2, 4, 6}), b.random({6})}));      // other channels
  b.output(b.op(Builtin::MUL, {b.reshape(x, {12, 4}), b.random({12, 1})}));    // by row
  b.output(b.op(Builtin::ADD, {b.reshape(x, {48}), b.input({48})}));
  b.output(b.op(Builtin::SOFTMAX, {b.reshape(x, {4, 12})}, {{"beta", 1.0}}));
  EXPECT_EQ(operators(run_pass("reshape_sinking", b.module)), operators(b.module));
}

TEST(ReshapeSinking, FoldsThroughInTheEnd) {
  Builder b;
  int32_t x = b.conv(b.input({1, 1, 9, 3}), 4, 1);
  x = b.reshape(x, {1, 9, 4});
  x = b.op(Builtin::RELU, {b.op(Builtin::MUL, {x, b.random({4})})});
  x = b.conv(b.reshape(x, {1, 1, 9, 4}), 2, 1);
  b.output(b.op(Builtin::FULLY_CONNECTED, {b.reshape(x, {1, 18}), b.random({3, 18})}));
  EXPECT_EQ(operators(run_all(b.module)), "CONV_2D CONV_2D FULLY_CONNECTED");
}

TEST(ReshapeSinking, Int8) {
  const ir::Quantization q{{0.05f}, {-7}, 0};
  Builder b;
  const int32_t x = b.reshape(b.input({2, 6}, Type::kInt8, q), {3, 4});
  const int32_t y = b.op_as(Type::kInt8, {{0.03f}, {3}, 0}, Builtin::RELU, {x});
  const int32_t z = b.op_as(Type::kInt8, {{1.0f / 256}, {-128}, 0}, Builtin::LOGISTIC, {y});
  b.output(b.reshape(z, {2, 6}));
  EXPECT_EQ(operators(run_all(b.module)), "RELU LOGISTIC");
}

}  // namespace
}  // namespace midge::testing
