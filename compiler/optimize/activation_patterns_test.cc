#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

struct Spelling : Builder {
  int32_t c(float v) { return floats({}, {v}); }
  int32_t add(int32_t a, int32_t b) { return op(Builtin::ADD, {a, b}); }
  int32_t mul(int32_t a, int32_t b) { return op(Builtin::MUL, {a, b}); }
  int32_t div(int32_t a, int32_t b) { return op(Builtin::DIV, {a, b}); }
  int32_t un(Builtin code, int32_t a) { return op(code, {a}); }
  int32_t max(int32_t a, float v) { return op(Builtin::MAXIMUM, {a, c(v)}); }
  int32_t min(int32_t a, float v) { return op(Builtin::MINIMUM, {a, c(v)}); }
};

std::string recognised(const std::function<int32_t(Spelling&, int32_t)>& make) {
  Spelling b;
  b.output(make(b, b.op(Builtin::TANH, {b.input({1, 40, 5})})));
  const std::string all = operators(run_pass("activation_patterns", b.module));
  EXPECT_EQ(all.substr(0, 5), "TANH ") << all;
  return all.substr(5);
}

TEST(ActivationPatterns, HardSwish) {
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.div(b.mul(x, b.un(Builtin::RELU6, b.add(x, b.c(3)))), b.c(6)); }),
            "HARD_SWISH");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.mul(b.mul(b.un(Builtin::RELU6, b.add(b.c(3), x)), b.c(1.0f / 6)), x); }),
            "HARD_SWISH");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.mul(x, b.max(b.min(b.add(b.mul(x, b.c(1.0f / 6)), b.c(0.5f)), 1), 0)); }),
            "HARD_SWISH");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) {
              const int32_t gate = b.op(Builtin::ADD, {x, b.c(3)}, {{"fused_activation_function", int64_t{3}}});
              return b.mul(b.mul(x, gate), b.c(0.166666667f));
            }),
            "HARD_SWISH");
}

TEST(ActivationPatterns, GeluWithTanh) {
  const auto cube = [](Spelling& b, int32_t x) { return b.mul(b.mul(x, x), x); };
  EXPECT_EQ(recognised([&](Spelling& b, int32_t x) {
              const int32_t u = b.mul(b.add(x, b.mul(cube(b, x), b.c(0.044715f))), b.c(0.7978845608f));
              return b.mul(b.mul(x, b.c(0.5f)), b.add(b.un(Builtin::TANH, u), b.c(1)));
            }),
            "GELU");
  EXPECT_EQ(recognised([&](Spelling& b, int32_t x) {
              const int32_t u = b.mul(x, b.add(b.mul(b.mul(x, x), b.c(0.0356774081f)), b.c(0.7978845608f)));
              return b.mul(b.c(0.5f), b.mul(x, b.add(b.c(1), b.un(Builtin::TANH, u))));
            }),
            "GELU");
}

TEST(ActivationPatterns, GeluWithErf) {
  // Nothing here runs an error function: the piece is looked at, not run.
  Spelling b;
  const int32_t x = b.input({1, 8});
  int32_t y = b.mul(x, b.c(0.70710678f));
  ir::Op erf;
  erf.code = Builtin::CUSTOM, erf.custom_name = "Erf", erf.inputs = {y};
  ir::Tensor out = b.graph()[y];
  out.name = "erf";
  erf.outputs = {b.graph().add(out)};
  b.graph().ops.push_back(erf);
  b.output(b.mul(b.mul(x, b.add(erf.outputs[0], b.c(1))), b.c(0.5f)));
  std::vector<Diagnostic> warnings;
  optimize(b.module, warnings);
  EXPECT_EQ(operators(b.module), "GELU");
  EXPECT_EQ(b.graph().ops[0].integer("approximate"), 0);
}

TEST(ActivationPatterns, OthersAndClips) {
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.max(x, 0); }), "RELU");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.min(b.max(x, 0), 6); }), "RELU6");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.max(b.min(x, 6), 0); }), "RELU6");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.op(Builtin::MAXIMUM, {x, b.mul(x, b.c(0.125f))}); }), "LEAKY_RELU");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.op(Builtin::PRELU, {x, b.c(0.25f)}); }), "LEAKY_RELU");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.div(b.c(1), b.add(b.un(Builtin::EXP, b.un(Builtin::NEG, x)), b.c(1))); }),
            "LOGISTIC");
}

TEST(ActivationPatterns, NearlyIsNotEnough) {
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.mul(x, b.un(Builtin::LOGISTIC, x)); }), "LOGISTIC MUL");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.mul(x, b.un(Builtin::LOGISTIC, b.mul(x, b.c(1.702f)))); }),
            "MUL LOGISTIC MUL");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.min(b.max(x, 0), 5); }), "RELU MINIMUM");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.mul(b.un(Builtin::RELU6, b.add(x, b.c(3))), b.c(1.0f / 6)); }),
            "ADD RELU6 MUL");
  EXPECT_EQ(recognised([](Spelling& b, int32_t x) { return b.min(b.max(x, 0), 900); }), "RELU MINIMUM");
}

TEST(ActivationPatterns, WhatIsReadElsewhereStays) {
  Spelling b;
  const int32_t x = b.input({1, 8});
  const int32_t gate = b.un(Builtin::RELU6, b.add(x, b.c(3)));
  b.output(gate);
  b.output(b.mul(b.mul(x, gate), b.c(1.0f / 6)));
  EXPECT_EQ(operators(run_pass("activation_patterns", b.module)), "ADD RELU6 MUL MUL");
}

}  // namespace
}  // namespace midge::testing
