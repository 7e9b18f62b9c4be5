// WHILE: turns from none to many, two variables that change places, a loop in a loop, and what is refused.
#include "ops/testing.h"
#include "tests/built_model.h"

namespace midge {
namespace testing {
namespace {

const OpRegistration* const kOps[] = {&ops::while_loop, &ops::add_s32, &ops::less_s32};

TensorSpec number() { return {Type::kInt32, shape_of(1)}; }

TensorSpec constant(const int32_t* value) {
  TensorSpec t = number();
  t.data = value, t.data_bytes = sizeof *value;
  return t;
}

/// The condition i < limit of a loop over i and two more.
void condition(TfliteBuilder& b, const int32_t* limit) {
  b.next_subgraph();
  const int32_t i = b.tensor(number()), p = b.tensor(number()), q = b.tensor(number()), verdict = b.tensor({Type::kBool, shape_of(1)});
  const int32_t most = b.tensor(constant(limit));
  b.op(Builtin::LESS, list(i, most), list(verdict));
  b.inputs = list(i, p, q), b.outputs = list(verdict);
}

/// Fibonacci: (i, p, q) = (i + 1, q, p + q) while i < 10.
void check_fibonacci(Report& r) {
  constexpr int32_t kOne = 1, kLimit = 10;
  TfliteBuilder b;
  const int32_t i = b.tensor(number()), p = b.tensor(number()), q = b.tensor(number());
  const int32_t i_out = b.tensor(number()), p_out = b.tensor(number()), q_out = b.tensor(number());
  b.op(Builtin::WHILE, list(i, p, q), list(i_out, p_out, q_out), Options().i32(0, 1).i32(1, 2));
  b.inputs = list(i, p, q), b.outputs = list(i_out, p_out, q_out);
  condition(b, &kLimit);
  b.next_subgraph();
  {
    const int32_t k = b.tensor(number()), x = b.tensor(number()), y = b.tensor(number()), one = b.tensor(constant(&kOne));
    const int32_t next = b.tensor(number()), sum = b.tensor(number());
    b.op(Builtin::ADD, list(k, one), list(next));
    b.op(Builtin::ADD, list(x, y), list(sum));
    b.inputs = list(k, x, y), b.outputs = list(next, y, sum);
  }
  BuiltModel m;
  if (!r.expect_ok(m.init(b, OpList(kOps, 3)), "prepare")) return;
  for (int32_t start = 0; start < 12; start += 3) {
    *m.data<int32_t>(i) = start, *m.data<int32_t>(p) = 0, *m.data<int32_t>(q) = 1;
    int32_t x = 0, y = 1, k = start;
    for (; k < kLimit; ++k) {
      const int32_t sum = x + y;
      x = y, y = sum;
    }
    r.expect_ok(m.interpreter.invoke(), "invoke");
    r.expect(*m.data<int32_t>(i_out) == k && *m.data<int32_t>(p_out) == x && *m.data<int32_t>(q_out) == y, "the variables at the end");
  }
}

/// for (i = 0; i < 5; ++i) for (j = 0; j < 4; ++j) ++n.
void check_nested(Report& r) {
  constexpr int32_t kZero = 0, kOne = 1, kOuter = 5, kInner = 4;
  TfliteBuilder b;
  const int32_t n = b.tensor(number()), zero = b.tensor(constant(&kZero));
  const int32_t i_out = b.tensor(number()), n_out = b.tensor(number());
  b.op(Builtin::WHILE, list(zero, n), list(i_out, n_out), Options().i32(0, 1).i32(1, 2));
  b.inputs = list(n), b.outputs = list(n_out);
  b.next_subgraph();
  {
    const int32_t i = b.tensor(number()), unused = b.tensor(number()), verdict = b.tensor({Type::kBool, shape_of(1)});
    b.op(Builtin::LESS, list(i, b.tensor(constant(&kOuter))), list(verdict));
    b.inputs = list(i, unused), b.outputs = list(verdict);
  }
  b.next_subgraph();
  {
    // i + n + j travel through the inner loop as its three variables.
    const int32_t i = b.tensor(number()), count = b.tensor(number()), j = b.tensor(constant(&kZero)), next = b.tensor(number());
    const int32_t j_end = b.tensor(number()), count_end = b.tensor(number()), i_end = b.tensor(number());
    b.op(Builtin::WHILE, list(j, count, i), list(j_end, count_end, i_end), Options().i32(0, 3).i32(1, 4));
    b.op(Builtin::ADD, list(i_end, b.tensor(constant(&kOne))), list(next));
    b.inputs = list(i, count), b.outputs = list(next, count_end);
  }
  condition(b, &kInner);
  b.next_subgraph();
  {
    const int32_t j = b.tensor(number()), count = b.tensor(number()), i = b.tensor(number()), one = b.tensor(constant(&kOne));
    const int32_t j_next = b.tensor(number()), count_next = b.tensor(number());
    b.op(Builtin::ADD, list(j, one), list(j_next));
    b.op(Builtin::ADD, list(count, one), list(count_next));
    b.inputs = list(j, count, i), b.outputs = list(j_next, count_next, i);
  }
  BuiltModel m;
  if (!r.expect_ok(m.init(b, OpList(kOps, 3)), "prepare")) return;
  constexpr int32_t kStarts[] = {0, 100};
  for (const int32_t start : kStarts) {
    *m.data<int32_t>(n) = start;
    r.expect_ok(m.interpreter.invoke(), "invoke");
    r.expect(*m.data<int32_t>(n_out) == start + kOuter * kInner, "turns");
  }
}

}  // namespace

void test_while_loop(Report& r) {
  if (r.next_case()) check_fibonacci(r);
  if (r.next_case()) check_nested(r);
  if (r.next_case()) {
    // A condition that is a number.
    TfliteBuilder b;
    const int32_t i = b.tensor(number()), out = b.tensor(number());
    b.op(Builtin::WHILE, list(i), list(out), Options().i32(0, 1).i32(1, 1));
    b.inputs = list(i), b.outputs = list(out);
    b.next_subgraph();
    b.inputs = b.outputs = list(b.tensor(number()));
    r.expect(BuiltModel().init(b, OpList(kOps, 3)).code() == Code::kShapeMismatch, "a condition that is no bool");
  }
}

}  // namespace testing
}  // namespace midge
