#include "compiler/optimize/constant_folding.h"

#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(ConstantFolding, AChainOfConstants) {
  Builder b;
  const int32_t c = b.op(Builtin::TANH, {b.op(Builtin::ADD, {b.random({2, 3}), b.random({3})})});
  b.output(b.op(Builtin::MUL, {b.input({2, 3}), c}));
  EXPECT_EQ(operators(run_pass("constant_folding", b.module, 0)), "MUL");
}

TEST(ConstantFolding, ShapeOfAnActivation) {
  Builder b;
  const int32_t x = b.input({2, 3, 4});
  const int32_t shape = b.op_as(Type::kInt32, {}, Builtin::SHAPE, {x}, {{"out_type", int64_t{2}}});
  const int32_t batch = b.op(Builtin::SLICE, {shape, b.ints({0}), b.ints({1})});
  const int32_t to = b.op(Builtin::CONCATENATION, {batch, b.ints({-1})});
  const int32_t y = b.reshape(x, {2, 12});
  b.graph().ops.back().inputs[1] = to;
  b.graph().ops.back().options.clear();
  b.output(y);
  EXPECT_EQ(operators(run_pass("constant_folding", b.module, 0)), "RESHAPE");
}

TEST(ConstantFolding, LimitsGrowth) {
  Builder b;
  const int32_t c = b.op(Builtin::BROADCAST_TO, {b.random({1}), b.ints({100, 100})});
  b.output(b.op(Builtin::MUL, {b.input({100, 100}), c}));
  EXPECT_EQ(operators(run_pass("constant_folding", b.module, 0)), "BROADCAST_TO MUL");
  EXPECT_TRUE(fold_constants(b.graph(), SIZE_MAX));
  EXPECT_EQ(operators(b.module), "MUL");
}

TEST(ConstantFolding, KeepsOutputsAndStates) {
  Builder b;
  b.output(b.op(Builtin::TANH, {b.random({4})}));
  b.output(b.op(Builtin::RELU, {b.input({4})}));
  EXPECT_EQ(operators(run_pass("constant_folding", b.module, 0)), "TANH RELU");
}

}  // namespace
}  // namespace midge::testing
