#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(FuseActivation, IntoEveryOperatorThatTakesIt) {
  for (const Builtin rectifier : {Builtin::RELU, Builtin::RELU6, Builtin::RELU_N1_TO_1}) {
    Builder b;
    int32_t x = b.input({1, 6, 6, 3});
    const auto rectify = [&](int32_t y) { return b.op(rectifier, {y}); };
    x = rectify(b.conv(x, 4, 3));
    x = rectify(b.depthwise(x, 3));
    x = rectify(b.op(Builtin::ADD, {x, b.random({4})}));
    x = rectify(b.op(Builtin::MUL, {x, b.random({4})}));
    x = rectify(b.op(Builtin::SUB, {x, b.random({4})}));
    x = rectify(b.op(Builtin::DIV, {x, b.random({4})}));
    x = rectify(b.op(Builtin::FULLY_CONNECTED, {x, b.random({3, 16})}));
    b.output(x);
    EXPECT_EQ(operators(run_pass("fuse_activation", b.module)), "CONV_2D DEPTHWISE_CONV_2D ADD MUL SUB DIV FULLY_CONNECTED");
  }
}

TEST(FuseActivation, TwoRectifiers) {
  Builder b;
  int32_t x = b.op(Builtin::ADD, {b.input({4}), b.random({4})}, {{"fused_activation_function", int64_t{1}}});
  x = b.op(Builtin::RELU, {b.op(Builtin::RELU6, {x})});
  b.output(b.op(Builtin::RELU_N1_TO_1, {x}));  // between 0 and 1: no fused activation is that
  const ir::Module after = run_pass("fuse_activation", b.module);
  EXPECT_EQ(operators(after), "ADD RELU_N1_TO_1");
  EXPECT_EQ(after.main().ops[0].activation(), Activation::kRelu6);
}

TEST(FuseActivation, LeavesWhatIsReadTwiceAndWhatTakesNone) {
  Builder b;
  const int32_t sum = b.op(Builtin::ADD, {b.input({1, 4}), b.random({4})});
  b.output(sum);
  b.output(b.op(Builtin::RELU, {sum}));
  b.output(b.op(Builtin::RELU, {b.op(Builtin::CONCATENATION, {b.op(Builtin::TANH, {sum}), sum}, {{"axis", int64_t{1}}})}));
  EXPECT_EQ(count(run_pass("fuse_activation", b.module), Builtin::RELU), 2u);
}

TEST(FuseActivation, Int8OnlyWithoutRescale) {
  const ir::Quantization q{{0.05f}, {-7}, 0};
  for (const bool rescales : {false, true}) {
    Builder b;
    const int32_t x =
        b.op_as(Type::kInt8, q, Builtin::ADD, {b.input({1, 50}, Type::kInt8, {{0.03f}, {4}, 0}), b.input({1, 50}, Type::kInt8, q)});
    b.output(b.op_as(Type::kInt8, rescales ? ir::Quantization{{0.02f}, {-128}, 0} : q, Builtin::RELU, {x}));
    EXPECT_EQ(operators(run_pass("fuse_activation", b.module)), rescales ? "ADD RELU" : "ADD");
  }
}

}  // namespace
}  // namespace midge::testing
