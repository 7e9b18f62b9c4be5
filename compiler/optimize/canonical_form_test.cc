#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

std::string form(const std::function<int32_t(Builder&, int32_t)>& make, ir::Dims dims = {1, 4, 4, 3}) {
  Builder b;
  b.output(make(b, b.input(std::move(dims))));
  return operators(run_pass("canonical_form", b.module));
}

TEST(CanonicalForm, Arithmetic) {
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::SUB, {x, b.random({3})}, {{"fused_activation_function", int64_t{1}}}); }),
            "ADD");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::SUB, {b.random({3}), x}); }), "SUB");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::DIV, {x, b.random({3})}); }), "MUL");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::MUL, {x, b.op(Builtin::DIV, {x, b.floats({}, {0})})}); }), "DIV MUL");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::SQUARE, {x}); }), "MUL");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::POW, {x, b.floats({}, {2})}); }), "MUL");
  const auto positive = [](Builder& b, int32_t x) { return b.op(Builtin::EXP, {x}); };
  EXPECT_EQ(form([&](Builder& b, int32_t x) { return b.op(Builtin::POW, {positive(b, x), b.floats({}, {0.5f})}); }), "EXP SQRT");
  EXPECT_EQ(form([&](Builder& b, int32_t x) { return b.op(Builtin::DIV, {b.floats({}, {1}), b.op(Builtin::SQRT, {positive(b, x)})}); }),
            "EXP RSQRT");
  EXPECT_EQ(form([&](Builder& b, int32_t x) { return b.op(Builtin::DIV, {x, b.op(Builtin::SQRT, {positive(b, x)})}); }), "EXP RSQRT MUL");
}

TEST(CanonicalForm, ShapesAndReductions) {
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::SQUEEZE, {x}); }), "RESHAPE");
  EXPECT_EQ(form([](Builder& b, int32_t x) { return b.op(Builtin::EXPAND_DIMS, {x, b.ints({1})}); }), "RESHAPE");
  const std::map<std::string, ir::Option> pool = {
      {"stride_w", int64_t{1}}, {"stride_h", int64_t{1}}, {"filter_width", int64_t{4}}, {"filter_height", int64_t{4}}, {"padding", int64_t{1}}};
  EXPECT_EQ(form([&](Builder& b, int32_t x) { return b.op(Builtin::AVERAGE_POOL_2D, {x}, pool); }), "MEAN");
  EXPECT_EQ(form([&](Builder& b, int32_t x) { return b.reshape(b.op(Builtin::AVERAGE_POOL_2D, {x}, pool), {1, 3}); }), "MEAN");
  EXPECT_EQ(
      form([](Builder& b, int32_t x) { return b.reshape(b.op(Builtin::MEAN, {x, b.ints({-2, 1})}, {{"keep_dims", int64_t{1}}}), {1, 3}); }),
      "MEAN");
}

}  // namespace
}  // namespace midge::testing
