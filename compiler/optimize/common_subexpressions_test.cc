#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(CommonSubexpressions, EqualOperatorsOnce) {
  Builder b;
  const int32_t x = b.input({2, 3});
  const auto branch = [&](float c) { return b.op(Builtin::TANH, {b.op(Builtin::ADD, {x, b.floats({}, {c})})}); };
  b.output(b.op(Builtin::MUL, {branch(1), branch(1)}));
  b.output(b.op(Builtin::MUL, {branch(1), branch(2)}));
  EXPECT_EQ(operators(run_pass("common_subexpressions", b.module, 0)), "ADD TANH MUL ADD TANH MUL");
}

TEST(CommonSubexpressions, OptionsCountAndOutputsStay) {
  Builder b;
  const int32_t x = b.input({2, 3});
  b.output(b.op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}}));
  b.output(b.op(Builtin::SOFTMAX, {x}, {{"beta", 2.0}}));
  b.output(b.op(Builtin::SOFTMAX, {x}, {{"beta", 2.0}}));
  EXPECT_EQ(run_pass("common_subexpressions", b.module, 0).main().ops.size(), 3u);
}

}  // namespace
}  // namespace midge::testing
