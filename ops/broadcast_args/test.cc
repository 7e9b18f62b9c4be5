// BROADCAST_ARGS: pairs of shapes of equal and different length, as int32 and int64; those that do not fit.
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, const Shape& a, const Shape& b, const Shape* out) {
  const int32_t n = max(a.rank, b.rank);
  OneOp m;
  m.input({type, shape_of(a.rank)});
  m.input({type, shape_of(b.rank)});
  m.output({type, shape_of(n)});
  if (!r.expect_ok(m.prepare(ops::broadcast_args), "prepare")) return;
  T expected[kMaxRank] = {};
  for (int32_t d = 0; d < a.rank; ++d) m.in<T>(0)[d] = static_cast<T>(a[d]);
  for (int32_t d = 0; d < b.rank; ++d) m.in<T>(1)[d] = static_cast<T>(b[d]);
  for (int32_t d = 0; d < n; ++d) expected[d] = out == nullptr ? 0 : static_cast<T>((*out)[d]);
  const Status status = m.invoke();
  if (out == nullptr) {
    r.expect(status.code() == Code::kBadData, "shapes that do not fit");
  } else if (r.expect_ok(status, "invoke")) {
    r.equal("shape", expected, m.out<T>(), n);
  }
}

void check_both(Report& r, const Shape& a, const Shape& b, const Shape* out) {
  if (r.next_case()) check<int32_t>(r, Type::kInt32, a, b, out);
  if (r.next_case()) check<int32_t>(r, Type::kInt32, b, a, out);
  if (r.next_case()) check<int64_t>(r, Type::kInt64, a, b, out);
}

Code refusal(const Shape& a, const Shape& b) {
  OneOp m;
  m.input({Type::kInt32, a});
  m.input({Type::kInt32, b});
  m.output({Type::kInt32, shape_of(3)});
  return m.prepare(ops::broadcast_args).code();
}

void check_refusals(Report& r) {
  r.expect(refusal(shape_of(3), shape_of(2)) == Code::kOk, "the control");
  r.expect(refusal(shape_of(3), shape_of(1, 3)) == Code::kUnsupportedRank, "what is no vector");
  r.expect(refusal(shape_of(3), shape_of(7)) == Code::kBadRank, "more than 6 dimensions");
  r.expect(refusal(shape_of(2), shape_of(2)) == Code::kShapeMismatch, "another length than the file's");
}

}  // namespace

void test_broadcast_args(Report& r) {
  const Shape equal = shape_of(2, 3, 4), longer = shape_of(2, 5, 3), whole = shape_of(6, 5, 4, 3, 2, 7);
  check_both(r, shape_of(2, 3, 4), shape_of(2, 3, 4), &equal);
  check_both(r, shape_of(2, 1, 4), shape_of(1, 3, 1), &equal);
  check_both(r, shape_of(2, 5, 1), shape_of(3), &longer);
  check_both(r, shape_of(2, 1, 3), shape_of(5, 1), &longer);
  check_both(r, shape_of(6, 1, 4, 1, 2, 1), shape_of(5, 1, 3, 1, 7), &whole);
  check_both(r, shape_of(2, 3), shape_of(2, 4), nullptr);
  check_both(r, shape_of(2, 3, 4), shape_of(2), nullptr);
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
