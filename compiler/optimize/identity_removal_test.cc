#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(IdentityRemoval, EachOne) {
  const ir::Dims dims = {1, 4, 4, 3};
  const std::map<std::string, std::function<int32_t(Builder&, int32_t)>> cases = {
      {"reshape", [&](Builder& b, int32_t x) { return b.reshape(x, dims); }},
      {"transpose", [](Builder& b, int32_t x) { return b.transpose(x, {0, 1, 2, 3}); }},
      {"pad", [](Builder& b, int32_t x) { return b.op(Builtin::PAD, {x, b.ints(std::vector<int32_t>(8, 0), {4, 2})}); }},
      {"slice", [&](Builder& b, int32_t x) { return b.op(Builtin::SLICE, {x, b.ints({0, 0, 0, 0}), b.ints({-1, -1, -1, -1})}); }},
      {"strided slice",
       [&](Builder& b, int32_t x) { return b.op(Builtin::STRIDED_SLICE, {x, b.ints({0, 0, 0, 0}), b.ints(dims), b.ints({1, 1, 1, 1})}); }},
      {"mul", [](Builder& b, int32_t x) { return b.op(Builtin::MUL, {x, b.floats({3}, {1, 1, 1})}); }},
      {"add", [](Builder& b, int32_t x) { return b.op(Builtin::ADD, {b.floats({}, {0}), x}); }},
      {"sub", [](Builder& b, int32_t x) { return b.op(Builtin::SUB, {x, b.floats({}, {0})}); }},
      {"div", [](Builder& b, int32_t x) { return b.op(Builtin::DIV, {x, b.floats({}, {1})}); }},
      {"concatenation", [](Builder& b, int32_t x) { return b.op(Builtin::CONCATENATION, {x}, {{"axis", int64_t{3}}}); }},
      {"split", [](Builder& b, int32_t x) { return b.split(x, 3, 1)[0]; }},
      {"tile", [](Builder& b, int32_t x) { return b.op(Builtin::TILE, {x, b.ints({1, 1, 1, 1})}); }},
      {"broadcast", [&](Builder& b, int32_t x) { return b.op(Builtin::BROADCAST_TO, {x, b.ints(dims)}); }},
      {"cast", [](Builder& b, int32_t x) { return b.op(Builtin::CAST, {x}); }},
      {"resize", [](Builder& b, int32_t x) { return b.op(Builtin::RESIZE_NEAREST_NEIGHBOR, {x, b.ints({4, 4})}); }},
  };
  for (const auto& [name, make] : cases) {
    SCOPED_TRACE(name);
    Builder b;
    b.output(b.op(Builtin::RELU, {make(b, b.op(Builtin::TANH, {b.input(dims)}))}));
    EXPECT_EQ(operators(run_pass("identity_removal", b.module)), "TANH RELU");
    Builder last;  // the graph's output keeps its name
    last.output(make(last, last.op(Builtin::TANH, {last.input(dims)})));
    const std::string output = last.graph()[last.graph().outputs[0]].name;
    const ir::Module after = run_pass("identity_removal", last.module);
    EXPECT_EQ(operators(after), "TANH");
    EXPECT_EQ(after.main()[after.main().outputs[0]].name, output);
    Builder only;  // an input cannot be the output
    only.output(make(only, only.input(dims)));
    EXPECT_EQ(run_pass("identity_removal", only.module).main().ops.size(), 1u);
  }
}

TEST(IdentityRemoval, NotWhatChangesSomething) {
  Builder b;
  int32_t x = b.input({1, 4, 4, 1});
  x = b.op(Builtin::STRIDED_SLICE, {x, b.ints({0, 3, 0, 0}), b.ints({1, -5, 4, 1}), b.ints({1, -1, 1, 1})}, {{"end_mask", int64_t{2}}});
  x = b.op(Builtin::ADD, {x, b.floats({}, {0})}, {{"fused_activation_function", int64_t{1}}});
  x = b.op(Builtin::MUL, {x, b.floats({3}, {1, 1, 1})});  // broadcasts
  x = b.op(Builtin::SUB, {b.floats({}, {0}), x});
  x = b.transpose(x, {0, 2, 1, 3});
  b.output(x);
  EXPECT_EQ(run_pass("identity_removal", b.module).main().ops.size(), 5u);
}

TEST(IdentityRemoval, Chains) {
  Builder b;
  int32_t x = b.op(Builtin::TANH, {b.input({1, 4, 6})});
  x = b.reshape(b.reshape(b.reshape(x, {24}), {2, 12}), {1, 4, 6});
  x = b.transpose(b.transpose(x, {0, 2, 1}), {0, 2, 1});
  b.output(b.op(Builtin::RELU, {x}));
  EXPECT_EQ(operators(run_pass("identity_removal", b.module)), "TANH RELU");
}

TEST(IdentityRemoval, TwoPads) {
  Builder b;
  int32_t x = b.op(Builtin::PAD, {b.input({2, 3}), b.ints({0, 1, 2, 0}, {2, 2})});
  b.output(b.op(Builtin::PAD, {x, b.ints({1, 0, 1, 1}, {2, 2})}));
  EXPECT_EQ(operators(run_pass("identity_removal", b.module)), "PAD");
}

TEST(IdentityRemoval, QuantizeOfDequantizeButNotTheOtherWay) {
  const ir::Quantization q{{0.013f}, {-7}, 0}, other{{0.02f}, {-7}, 0};
  Builder b;
  const int32_t x = b.op_as(Type::kInt8, q, Builtin::QUANTIZE, {b.input({300}, Type::kInt8, other)});
  const int32_t f = b.op_as(Type::kFloat32, {}, Builtin::DEQUANTIZE, {x});
  const int32_t y = b.op_as(Type::kInt8, q, Builtin::QUANTIZE, {f});
  b.output(b.op_as(Type::kInt8, other, Builtin::RELU, {y}));
  EXPECT_EQ(operators(run_pass("identity_removal", b.module)), "QUANTIZE RELU");
}

}  // namespace
}  // namespace midge::testing
