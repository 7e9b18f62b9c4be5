#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(FoldBatchNorm, MulAndAddGoIntoTheConvolutionBefore) {
  Builder b;
  const int32_t y = b.conv(b.input({1, 6, 6, 3}), 5, 3);
  const int32_t scaled = b.op(Builtin::MUL, {y, b.random({5})});
  b.output(b.op(Builtin::ADD, {scaled, b.random({1, 1, 1, 5})}, {{"fused_activation_function", int64_t{1}}}));
  const ir::Module after = run_pass("fold_batch_norm", b.module);
  EXPECT_EQ(operators(after), "CONV_2D");
  EXPECT_EQ(after.main().ops[0].activation(), Activation::kRelu);
  EXPECT_EQ(after.main()[after.main().outputs[0]].name, b.graph()[b.graph().outputs[0]].name);
}

TEST(FoldBatchNorm, EveryWeightedOperatorEachWay) {
  struct Case {
    const char* what;
    std::function<int32_t(Builder&, int32_t)> make;
    bool offset_before;
  };
  const Case cases[] = {
      {"conv valid", [](Builder& b, int32_t x) { return b.conv(x, 6, 3, 1, Padding::kValid, false); }, true},
      {"conv same", [](Builder& b, int32_t x) { return b.conv(x, 6, 3, 1, Padding::kSame); }, false},
      {"conv 1x1 same", [](Builder& b, int32_t x) { return b.conv(x, 6, 1, 1, Padding::kSame); }, true},
      {"depthwise", [](Builder& b, int32_t x) { return b.depthwise(x, 3); }, true},
      {"depthwise same", [](Builder& b, int32_t x) { return b.depthwise(x, 3, 2, Padding::kSame); }, false},
      {"multiplier 2",
       [](Builder& b, int32_t x) {
         return b.op(Builtin::DEPTHWISE_CONV_2D, {x, b.random({1, 2, 2, 8}), b.random({8})},
                     {{"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}, {"depth_multiplier", int64_t{2}}, {"padding", int64_t{1}}});
       },
       true},
      {"transposed",
       [](Builder& b, int32_t x) {
         return b.op(Builtin::TRANSPOSE_CONV, {b.ints({1, 13, 13, 5}), b.random({5, 3, 3, 4}), x},
                     {{"stride_w", int64_t{2}}, {"stride_h", int64_t{2}}, {"padding", int64_t{1}}});
       },
       false},
      {"fully connected", [](Builder& b, int32_t x) { return b.op(Builtin::FULLY_CONNECTED, {x, b.random({7, 144})}); }, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    for (const Builtin code : {Builtin::MUL, Builtin::ADD, Builtin::SUB, Builtin::DIV}) {
      SCOPED_TRACE(builtin_name(static_cast<int32_t>(code)));
      const bool offset = code == Builtin::ADD || code == Builtin::SUB;
      {
        Builder b;
        const int32_t y = c.make(b, b.input({1, 6, 6, 4}));
        b.output(b.op(code, {y, b.random({b.graph()[y].dims.back()})}));
        EXPECT_EQ(run_pass("fold_batch_norm", b.module, 1e-5).main().ops.size(), 1u);
      }
      {
        Builder b;
        const int32_t x = b.op(code, {b.input({1, 6, 6, 4}), b.random({4})});
        b.output(c.make(b, x));
        EXPECT_EQ(run_pass("fold_batch_norm", b.module, 1e-5).main().ops.size(), offset && !c.offset_before ? 2u : 1u);
      }
    }
  }
}

TEST(FoldBatchNorm, TransposedConvolutionGetsNoActivation) {
  Builder b;
  const int32_t y = b.op(Builtin::TRANSPOSE_CONV, {b.ints({1, 13, 13, 5}), b.random({5, 3, 3, 4}), b.input({1, 6, 6, 4})},
                         {{"stride_w", int64_t{2}}, {"stride_h", int64_t{2}}, {"padding", int64_t{1}}});
  b.output(b.op(Builtin::ADD, {y, b.random({5})}, {{"fused_activation_function", int64_t{1}}}));
  const ir::Module after = run_all(b.module);
  EXPECT_EQ(operators(after), "TRANSPOSE_CONV RELU");
  EXPECT_EQ(after.main().ops[0].activation(), Activation::kNone);
}

TEST(FoldBatchNorm, ConstantMinusX) {
  Builder b;
  const int32_t x = b.input({1, 5, 5, 3});
  b.output(b.op(Builtin::SUB, {b.random({3}), b.conv(x, 3, 3)}));
  EXPECT_EQ(operators(run_pass("fold_batch_norm", b.module)), "CONV_2D");
}

TEST(FoldBatchNorm, ScalePassesAPadding) {
  Builder b;
  int32_t x = b.op(Builtin::MUL, {b.input({1, 5, 5, 3}), b.random({3})});
  x = b.op(Builtin::PAD, {x, b.ints({0, 0, 1, 1, 1, 1, 0, 0}, {4, 2})});
  b.output(b.conv(x, 4, 3, 2));
  EXPECT_EQ(operators(run_pass("fold_batch_norm", b.module)), "PAD CONV_2D");
}

TEST(FoldBatchNorm, PreprocessingBeforePadding) {
  Builder b;
  int32_t x = b.op(Builtin::MUL, {b.input({1, 5, 5, 3}), b.floats({}, {1.0f / 255})});
  x = b.op(Builtin::ADD, {x, b.floats({3}, {-0.485f, -0.456f, -0.406f})});
  x = b.op(Builtin::MUL, {x, b.floats({3}, {4.4f, 4.5f, 4.3f})});
  b.output(b.conv(x, 4, 3, 1, Padding::kSame));
  EXPECT_EQ(operators(run_pass("fold_batch_norm", b.module)), "ADD CONV_2D");
}

TEST(FoldBatchNorm, LeavesWhatIsReadTwice) {
  Builder b;
  const int32_t y = b.conv(b.input({1, 5, 5, 3}), 4, 3);
  b.output(y);
  b.output(b.op(Builtin::MUL, {y, b.random({4})}));
  EXPECT_EQ(operators(run_pass("fold_batch_norm", b.module)), "CONV_2D MUL");
}

TEST(FoldBatchNorm, LeavesWhatIsBehindAnActivationOrNotByChannel) {
  Builder b;
  const int32_t x = b.input({1, 5, 5, 3});
  const int32_t relu = b.op(Builtin::CONV_2D, {x, b.random({4, 1, 1, 3}), b.random({4})},
                            {{"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}, {"fused_activation_function", int64_t{1}}});
  b.output(b.op(Builtin::MUL, {relu, b.random({4})}));
  b.output(b.op(Builtin::MUL, {b.conv(x, 4, 1), b.random({1, 5, 5, 1})}));
  EXPECT_EQ(count(run_pass("fold_batch_norm", b.module), Builtin::MUL), 2u);
}

TEST(FoldBatchNorm, SharedWeightsStay) {
  Builder b;
  const int32_t x = b.input({1, 5, 5, 3}), w = b.random({4, 1, 1, 3});
  const std::map<std::string, ir::Option> options = {{"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}};
  b.output(b.op(Builtin::MUL, {b.op(Builtin::CONV_2D, {x, w, b.random({4})}, options), b.random({4})}));
  b.output(b.op(Builtin::CONV_2D, {b.op(Builtin::RELU, {x}), w, b.random({4})}, options));
  EXPECT_EQ(count(run_pass("fold_batch_norm", b.module), Builtin::MUL), 1u);
}

TEST(FoldBatchNorm, GateOfHardSigmoid) {
  Builder b;
  const int32_t x = b.op(Builtin::TANH, {b.input({1, 6, 6, 4})});
  int32_t s = b.conv(b.op(Builtin::MEAN, {x, b.ints({1, 2})}, {{"keep_dims", int64_t{1}}}), 4, 1);
  s = b.op(Builtin::ADD, {b.op(Builtin::MUL, {s, b.floats({}, {1.0f / 6})}), b.floats({}, {0.5f})});
  b.output(b.conv(b.op(Builtin::MUL, {x, b.op(Builtin::RELU_0_TO_1, {s})}), 5, 3, 2, Padding::kSame));
  EXPECT_EQ(operators(run_all(b.module)), "TANH MEAN CONV_2D MUL CONV_2D");
}

TEST(FoldBatchNorm, MultipliesOut) {
  Builder b;
  int32_t x = b.op(Builtin::MUL, {b.input({1, 4, 4, 3}), b.random({3})});
  x = b.op(Builtin::MUL, {b.op(Builtin::ADD, {x, b.random({3})}), b.random({})});
  b.output(b.op(Builtin::RELU6, {x}));
  EXPECT_EQ(operators(run_all(b.module)), "MUL ADD");
}

TEST(FoldBatchNorm, JoinsChains) {
  Builder b;
  int32_t x = b.op(Builtin::MUL, {b.input({1, 4, 4, 3}), b.random({3})});
  x = b.op(Builtin::MUL, {x, b.random({})});
  x = b.op(Builtin::ADD, {x, b.random({3})});
  b.output(b.op(Builtin::ADD, {x, b.random({3})}));
  EXPECT_EQ(operators(run_pass("fold_batch_norm", b.module)), "MUL ADD");
}

}  // namespace
}  // namespace midge::testing
