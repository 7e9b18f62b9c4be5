#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

/// A network as an importer of a channels-first format makes it: each convolution between two TRANSPOSEs.
class Nchw : public Builder {
 public:
  using Builder::Builder;
  int32_t to_last(int32_t x) { return transpose(x, {0, 2, 3, 1}); }
  int32_t to_first(int32_t x) { return transpose(x, {0, 3, 1, 2}); }
  int32_t conv_nchw(int32_t x, int32_t outputs, int32_t size, int32_t stride = 1) {
    if (size > 1) x = op(Builtin::PAD, {x, ints({0, 0, 0, 0, size / 2, size / 2, size / 2, size / 2}, {4, 2})});
    return to_first(conv(to_last(x), outputs, size, stride));
  }
  int32_t relu(int32_t x) { return op(Builtin::RELU, {x}); }
  int32_t batch_norm(int32_t x) {
    const int32_t c = graph()[x].dims[1];
    return op(Builtin::ADD, {op(Builtin::MUL, {x, random({c, 1, 1})}), random({1, c, 1, 1})});
  }
  int32_t block(int32_t x, int32_t outputs, int32_t size, int32_t stride = 1) {
    return relu(batch_norm(conv_nchw(x, outputs, size, stride)));
  }
  int32_t pool(int32_t x, Builtin code = Builtin::MAX_POOL_2D) {
    return to_first(op(
        code, {to_last(x)},
        {{"stride_w", int64_t{2}}, {"stride_h", int64_t{2}}, {"filter_width", int64_t{2}}, {"filter_height", int64_t{2}}, {"padding", int64_t{1}}}));
  }
  int32_t linear(int32_t x, int32_t outputs) {
    const int32_t inputs = static_cast<int32_t>(graph()[x].count());
    return op(Builtin::FULLY_CONNECTED, {x, random({outputs, inputs}), random({outputs})});
  }
};

/// None is left, and graph inputs are channels-last.
void expect_none(const ir::Module& before, size_t left = 0) {
  std::vector<Diagnostic> warnings;
  const ir::Module after = run_all(before, false, 1e-4, &warnings);
  EXPECT_EQ(count(after, Builtin::TRANSPOSE), left) << operators(after);
  EXPECT_EQ(warnings.size(), left);
}

TEST(TransposeSinking, ChainWithFlattenAndDense) {
  Nchw b;
  int32_t x = b.input({1, 3, 12, 12});
  x = b.pool(b.block(x, 8, 3));
  x = b.block(x, 6, 3);
  x = b.reshape(x, {1, 6 * 36});
  b.output(b.linear(b.relu(b.linear(x, 10)), 4));
  const ir::Module after = run_all(b.module, false, 1e-4);
  EXPECT_EQ(operators(after), "CONV_2D MAX_POOL_2D CONV_2D FULLY_CONNECTED FULLY_CONNECTED");
  EXPECT_EQ(after.main()[after.main().inputs[0]].dims, (ir::Dims{1, 12, 12, 3}));
  ASSERT_EQ(after.io.inputs.size(), 1u);
  EXPECT_EQ(after.io.inputs[0], (std::vector<int32_t>{0, 2, 3, 1}));
  EXPECT_TRUE(after.io.outputs.empty());
}

TEST(TransposeSinking, KeptLayoutLeavesOneAtTheBorder) {
  Nchw b;
  b.output(b.block(b.block(b.input({1, 3, 8, 8}), 4, 3), 5, 1));
  std::vector<Diagnostic> warnings;
  const ir::Module after = run_all(b.module, true, 1e-4, &warnings);
  EXPECT_EQ(operators(after), "TRANSPOSE CONV_2D CONV_2D TRANSPOSE");
  EXPECT_TRUE(after.io.inputs.empty());
  EXPECT_EQ(warnings.size(), 2u);
  EXPECT_EQ(after.main()[after.main().outputs[0]].name, b.graph()[b.graph().outputs[0]].name);
  EXPECT_EQ(after.main()[after.main().outputs[0]].dims, (ir::Dims{1, 5, 8, 8}));
}

TEST(TransposeSinking, OutputBecomesChannelsLast) {
  Nchw b;
  b.output(b.conv_nchw(b.input({1, 3, 8, 8}), 4, 3));
  const ir::Module after = run_all(b.module, false, 1e-4);
  EXPECT_EQ(operators(after), "CONV_2D");
  EXPECT_EQ(after.io.outputs[0], (std::vector<int32_t>{0, 2, 3, 1}));
}

TEST(TransposeSinking, Residual) {
  Nchw b;
  int32_t x = b.block(b.input({1, 3, 8, 8}), 4, 3);
  x = b.relu(b.op(Builtin::ADD, {b.batch_norm(b.conv_nchw(b.block(x, 4, 3), 4, 3)), x}));
  x = b.relu(b.op(Builtin::ADD, {b.batch_norm(b.conv_nchw(x, 6, 3, 2)), b.batch_norm(b.conv_nchw(x, 6, 1, 2))}));
  b.output(b.linear(b.op(Builtin::MEAN, {x, b.ints({2, 3})}), 5));
  expect_none(b.module);
}

TEST(TransposeSinking, SqueezeAndExcite) {
  Nchw b;
  int32_t x = b.block(b.input({1, 3, 8, 8}), 8, 3);
  int32_t s = b.op(Builtin::MEAN, {x, b.ints({2, 3})}, {{"keep_dims", int64_t{1}}});
  s = b.op(Builtin::LOGISTIC, {b.conv_nchw(b.relu(b.conv_nchw(s, 2, 1)), 8, 1)});
  x = b.conv_nchw(b.op(Builtin::MUL, {x, s}), 4, 1);
  b.output(b.op(Builtin::MEAN, {x, b.ints({-1, -2})}));
  expect_none(b.module);
}

TEST(TransposeSinking, SqueezeAndExciteWithDense) {
  Nchw b;
  int32_t x = b.block(b.input({1, 3, 8, 8}), 8, 3);
  int32_t s = b.op(Builtin::MEAN, {x, b.ints({2, 3})});
  s = b.reshape(b.op(Builtin::LOGISTIC, {b.linear(s, 8)}), {1, 8, 1, 1});
  b.output(b.conv_nchw(b.op(Builtin::MUL, {x, s}), 4, 1));
  expect_none(b.module);
}

TEST(TransposeSinking, ConcatenationSplitAndUNet) {
  Nchw b;
  const int32_t x = b.block(b.input({1, 3, 8, 8}), 4, 3);
  const int32_t down = b.block(b.pool(x), 6, 3);
  const int32_t up = b.to_first(b.op(Builtin::RESIZE_NEAREST_NEIGHBOR, {b.to_last(down), b.ints({8, 8})}));
  int32_t y = b.block(b.op(Builtin::CONCATENATION, {up, x}, {{"axis", int64_t{1}}}), 6, 3);
  const auto parts = b.split(y, 1, 2);
  y = b.op(Builtin::ADD, {b.block(parts[0], 3, 3), parts[1]});
  y = b.op(Builtin::SLICE, {y, b.ints({0, 1, 2, 0}), b.ints({1, 2, 5, -1})});
  y = b.op(Builtin::STRIDED_SLICE, {y, b.ints({0, 0, 1, 0}), b.ints({0, 0, 0, 7}), b.ints({1, 1, 1, 2})}, {{"end_mask", int64_t{7}}});
  b.output(b.conv_nchw(y, 2, 1));
  expect_none(b.module);
}

TEST(TransposeSinking, ChannelShuffleKeepsOneOfItsOwn) {
  Nchw b;
  int32_t x = b.block(b.input({1, 3, 8, 8}), 6, 3);
  x = b.reshape(b.transpose(b.reshape(x, {1, 2, 3, 8, 8}), {0, 2, 1, 3, 4}), {1, 6, 8, 8});
  b.output(b.conv_nchw(x, 4, 3));
  expect_none(b.module, 1);
}

TEST(TransposeSinking, PatchesToTokens) {
  Nchw b;
  const int32_t x = b.conv_nchw(b.input({1, 3, 8, 8}), 6, 1);
  const int32_t tokens = b.transpose(b.reshape(x, {1, 6, 64}), {0, 2, 1});
  b.output(b.op(Builtin::FULLY_CONNECTED, {tokens, b.random({5, 6}), -1}, {{"keep_num_dims", int64_t{1}}}));
  expect_none(b.module);
}

TEST(TransposeSinking, DenseThenImage) {
  Nchw b;
  int32_t x = b.op(Builtin::FULLY_CONNECTED, {b.input({2, 5}), b.random({3 * 4 * 6, 5}), b.random({3 * 4 * 6})});
  x = b.relu(b.reshape(b.op(Builtin::MUL, {x, b.random({72})}), {2, 3, 4, 6}));
  b.output(b.block(x, 2, 3));
  expect_none(b.module);
}

TEST(TransposeSinking, Convolution1d) {
  Builder b;
  int32_t x = b.input({1, 4, 16});
  const auto conv = [&](int32_t y, int32_t outputs) {
    y = b.transpose(y, {0, 2, 1});
    const ir::Dims d = b.graph()[y].dims;
    y = b.reshape(y, {1, 1, d[1], d[2]});
    y = b.op(Builtin::CONV_2D, {y, b.random({outputs, 1, 3, d[2]}), b.random({outputs})},
             {{"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}, {"padding", int64_t{1}}});
    y = b.reshape(y, {1, d[1] - 2, outputs});
    return b.transpose(y, {0, 2, 1});
  };
  x = b.op(Builtin::RELU, {conv(x, 5)});
  x = b.op(Builtin::MUL, {conv(x, 6), b.random({6, 1})});
  b.output(b.op(Builtin::REDUCE_MAX, {x, b.ints({2})}));
  expect_none(b.module);
}

TEST(TransposeSinking, AttentionKeepsWhatItNeeds) {
  Builder b;
  const int32_t x = b.input({1, 10, 8});
  const auto heads = [&](bool key) {
    const int32_t y =
        b.reshape(b.op(Builtin::FULLY_CONNECTED, {x, b.random({8, 8}), b.random({8})}, {{"keep_num_dims", int64_t{1}}}), {1, 10, 2, 4});
    const int32_t t = b.transpose(y, {0, 2, 1, 3});
    return key ? b.transpose(t, {0, 1, 3, 2}) : t;
  };
  const int32_t scores = b.op(Builtin::SOFTMAX, {b.op(Builtin::BATCH_MATMUL, {heads(false), heads(true)})}, {{"beta", 1.0}});
  const int32_t y = b.transpose(b.op(Builtin::BATCH_MATMUL, {scores, heads(false)}), {0, 2, 1, 3});
  b.output(b.reshape(y, {1, 10, 8}));
  expect_none(b.module, 4);  // queries, keys, values, and back; the keys' second one is an option of the product
}

TEST(TransposeSinking, OneChannelOrOnePixel) {
  Builder b;
  b.output(b.transpose(b.op(Builtin::TANH, {b.input({1, 1, 8, 6})}), {0, 2, 3, 1}));
  b.output(b.op(Builtin::SOFTMAX, {b.transpose(b.input({1, 8, 1, 1}), {0, 2, 3, 1})}, {{"beta", 1.0}}));
  EXPECT_EQ(operators(run_all(b.module, true)), "TANH RESHAPE RESHAPE SOFTMAX");
  EXPECT_EQ(operators(run_all(b.module)), "TANH SOFTMAX");
}

TEST(TransposeSinking, SoftmaxOverChannels) {
  Nchw b;
  const int32_t x = b.conv_nchw(b.input({1, 3, 8, 8}), 4, 3);
  b.output(b.transpose(b.op(Builtin::SOFTMAX, {b.transpose(x, {0, 3, 2, 1})}, {{"beta", 1.0}}), {0, 3, 2, 1}));
  expect_none(b.module);
}

TEST(TransposeSinking, EveryOperatorThatMoves) {
  const std::map<std::string, std::function<int32_t(Builder&, int32_t)>> cases = {
      {"pad", [](Builder& b, int32_t x) { return b.op(Builtin::PAD, {x, b.ints({0, 0, 1, 0, 2, 3, 0, 1}, {4, 2})}); }},
      {"padv2", [](Builder& b, int32_t x) { return b.op(Builtin::PADV2, {x, b.ints({0, 0, 1, 0, 2, 3, 0, 1}, {4, 2}), b.floats({1}, {3})}); }},
      {"mirror", [](Builder& b, int32_t x) { return b.op(Builtin::MIRROR_PAD, {x, b.ints({0, 0, 1, 0, 2, 3, 0, 1}, {4, 2})}); }},
      {"tile", [](Builder& b, int32_t x) { return b.op(Builtin::TILE, {x, b.ints({1, 2, 3, 1})}); }},
      {"prelu", [](Builder& b, int32_t x) { return b.op(Builtin::PRELU, {x, b.random({3, 1, 1})}); }},
      {"left operand", [](Builder& b, int32_t x) { return b.op(Builtin::SUB, {b.random({3, 1, 7}), x}); }},
      {"concatenation with constant",
       [](Builder& b, int32_t x) { return b.op(Builtin::CONCATENATION, {x, b.random({1, 2, 6, 7})}, {{"axis", int64_t{-3}}}); }},
      {"gather", [](Builder& b, int32_t x) { return b.op(Builtin::GATHER, {x, b.ints({2, 0, 1, 1})}, {{"axis", int64_t{1}}}); }},
      {"cumsum", [](Builder& b, int32_t x) { return b.op(Builtin::CUMSUM, {x, b.ints({2})}); }},
      {"reverse", [](Builder& b, int32_t x) { return b.op(Builtin::REVERSE_V2, {x, b.ints({2})}); }},
      {"sum", [](Builder& b, int32_t x) { return b.op(Builtin::SUM, {x, b.ints({1})}, {{"keep_dims", int64_t{1}}}); }},
      {"reduce max", [](Builder& b, int32_t x) { return b.op(Builtin::REDUCE_MAX, {x, b.ints({3, 1})}, {{"keep_dims", int64_t{1}}}); }},
      {"select",
       [](Builder& b, int32_t x) {
         return b.op_as(Type::kFloat32, {}, Builtin::SELECT_V2,
                        {b.op_as(Type::kBool, {}, Builtin::GREATER, {x, b.random({3, 1, 1})}), x, b.floats({}, {0})});
       }},
  };
  for (const auto& [name, make] : cases) {
    SCOPED_TRACE(name);
    Builder b;
    const int32_t x = b.transpose(b.op(Builtin::TANH, {b.input({1, 6, 7, 3})}), {0, 3, 1, 2});
    b.output(b.op(Builtin::TANH, {b.transpose(make(b, x), {0, 2, 3, 1})}));
    EXPECT_EQ(count(run_pass("transpose_sinking", b.module), Builtin::TRANSPOSE), 0u);
  }
}

TEST(TransposeSinking, ReductionsThatDropDimensions) {
  for (const std::vector<int32_t>& axes : {std::vector<int32_t>{1}, {2, 3}, {3}, {1, 2}}) {
    Builder b;
    const int32_t x = b.transpose(b.op(Builtin::TANH, {b.input({1, 6, 7, 3})}), {0, 3, 1, 2});
    b.output(b.op(Builtin::MEAN, {x, b.ints(axes)}));
    b.output(b.op_as(Type::kInt32, {}, Builtin::ARG_MAX, {x, b.ints({axes[0]}, {1})}, {{"output_type", int64_t{2}}}));
    run_pass("transpose_sinking", b.module);
  }
}

TEST(TransposeSinking, WhatCannotMoveStays) {
  Builder b;
  const int32_t x = b.transpose(b.op(Builtin::TANH, {b.input({2, 6, 7, 3})}), {0, 3, 1, 2});
  b.output(b.op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}}));  // along what is not the last dimension as stored
  b.output(b.reshape(x, {2, 126}));
  const ir::Module after = run_pass("transpose_sinking", b.module);
  EXPECT_EQ(count(after, Builtin::TRANSPOSE), 1u);
}

TEST(TransposeSinking, Int8KeepsEveryByte) {
  const ir::Quantization q{{0.05f}, {-7}, 0}, other{{0.02f}, {-128}, 0};
  Builder b;
  int32_t x = b.transpose(b.input({1, 5, 6, 4}, Type::kInt8, q), {0, 3, 1, 2});
  const int32_t y = b.op_as(Type::kInt8, other, Builtin::RELU, {x});
  x = b.op_as(Type::kInt8, q, Builtin::ADD, {x, y});
  x = b.op(Builtin::PAD, {x, b.ints({0, 0, 1, 2, 0, 1, 0, 0}, {4, 2})});
  b.output(b.op_as(Type::kInt8, other, Builtin::MEAN, {x, b.ints({2, 3})}));
  b.output(b.transpose(x, {0, 2, 3, 1}));
  EXPECT_EQ(count(run_pass("transpose_sinking", b.module), Builtin::TRANSPOSE), 0u);
}

TEST(TransposeSinking, AnInputThatIsAnOutput) {
  Builder b;
  const int32_t x = b.input({1, 3, 4, 5});
  b.output(b.transpose(b.transpose(x, {0, 2, 3, 1}), {0, 3, 1, 2}));
  b.output(x);
  b.output(b.op(Builtin::RELU, {b.transpose(x, {0, 2, 3, 1})}));
  run_all(b.module);
  run_all(b.module, true);
}

}  // namespace
}  // namespace midge::testing
