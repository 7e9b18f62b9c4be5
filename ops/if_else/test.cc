// IF: either branch, nested, and what is refused.
#include "ops/testing.h"
#include "tests/built_model.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 4;
const OpRegistration* const kOps[] = {&ops::if_else, &ops::add_s32, &ops::mul_s32, &ops::sub_s32};

TensorSpec values() { return {Type::kInt32, shape_of(kCount)}; }
TensorSpec flag() { return {Type::kBool, shape_of(1)}; }

/// A subgraph out = x `op` y.
void branch(TfliteBuilder& b, Builtin op) {
  b.next_subgraph();
  const int32_t x = b.tensor(values()), y = b.tensor(values()), out = b.tensor(values());
  b.op(op, list(x, y), list(out));
  b.inputs = list(x, y), b.outputs = list(out);
}

/// out = c ? x + y : (d ? x * y : x - y), then added to x: its memory must have survived.
void check_nested(Report& r) {
  TfliteBuilder b;
  const int32_t c = b.tensor(flag()), d = b.tensor(flag()), x = b.tensor(values()), y = b.tensor(values());
  const int32_t chosen = b.tensor(values()), out = b.tensor(values());
  b.op(Builtin::IF, list(c, d, x, y), list(chosen), Options().i32(0, 1).i32(1, 2));
  b.op(Builtin::ADD, list(chosen, x), list(out));
  b.inputs = list(c, d, x, y), b.outputs = list(out);
  b.next_subgraph();
  {
    const int32_t unused = b.tensor(flag()), p = b.tensor(values()), q = b.tensor(values()), sum = b.tensor(values());
    b.op(Builtin::ADD, list(p, q), list(sum));
    b.inputs = list(unused, p, q), b.outputs = list(sum);
  }
  b.next_subgraph();
  {
    const int32_t e = b.tensor(flag()), p = b.tensor(values()), q = b.tensor(values()), result = b.tensor(values());
    b.op(Builtin::IF, list(e, p, q), list(result), Options().i32(0, 3).i32(1, 4));
    b.inputs = list(e, p, q), b.outputs = list(result);
  }
  branch(b, Builtin::MUL);
  branch(b, Builtin::SUB);
  BuiltModel m;
  if (!r.expect_ok(m.init(b, OpList(kOps, 4)), "prepare")) return;
  for (int32_t k = 0; k < 8; ++k) {
    const bool first = (k & 1) != 0, second = (k & 2) != 0;
    *m.data<uint8_t>(c) = first;
    *m.data<uint8_t>(d) = second;
    int32_t expected[kCount];
    for (int32_t i = 0; i < kCount; ++i) {
      const int32_t a = 10 * k + i, e = 3 - i;
      m.data<int32_t>(x)[i] = a, m.data<int32_t>(y)[i] = e;
      expected[i] = a + (first ? a + e : second ? a * e : a - e);
    }
    r.expect_ok(m.interpreter.invoke(), "invoke");
    r.equal("out", expected, m.data<int32_t>(out), kCount);
  }
}

/// An IF on two branches of which the second has `wrong` as output.
Code code_of(const TensorSpec& wrong, int32_t second_branch, int32_t nested_call = -1) {
  TfliteBuilder b;
  const int32_t c = b.tensor(flag()), x = b.tensor(values()), out = b.tensor(values());
  b.op(Builtin::IF, list(c, x), list(out), Options().i32(0, 1).i32(1, second_branch));
  b.inputs = list(c, x), b.outputs = list(out);
  b.next_subgraph();
  b.inputs = b.outputs = list(b.tensor(values()));
  b.next_subgraph();
  const int32_t p = b.tensor(values()), q = b.tensor(wrong);
  b.inputs = list(p), b.outputs = list(q);
  if (nested_call < 0) {
    b.op(Builtin::ADD, list(p, p), list(q));
  } else {
    const uint8_t yes = 1;
    TensorSpec always = flag();
    always.data = &yes, always.data_bytes = 1;
    b.op(Builtin::IF, list(b.tensor(always), p), list(q), Options().i32(0, nested_call).i32(1, nested_call));
    return BuiltModel().init(b, OpList(kOps, 4)).code();
  }
  return BuiltModel().init(b, OpList(kOps, 4)).code();
}

}  // namespace

void test_if_else(Report& r) {
  if (r.next_case()) check_nested(r);
  if (r.next_case()) r.expect(code_of(values(), 2) == Code::kOk, "a branch that hands its input on");
  if (r.next_case()) r.expect(code_of({Type::kInt32, shape_of(1, kCount)}, 2) == Code::kShapeMismatch, "branches of different shapes");
  if (r.next_case()) r.expect(code_of({Type::kFloat32, shape_of(kCount)}, 2) == Code::kShapeMismatch, "branches of different types");
  if (r.next_case()) r.expect(code_of(values(), 0) == Code::kBadIndex, "the main subgraph as a branch");
  if (r.next_case()) r.expect(code_of(values(), 3) == Code::kBadIndex, "a branch that is not there");
  if (r.next_case()) r.expect(code_of(values(), 2, 2) == Code::kTooNested, "a branch that calls itself");
}

}  // namespace testing
}  // namespace midge
