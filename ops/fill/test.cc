// FILL: the four element sizes, shapes of rank 0 to 6, as constants and computed; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

/// The model but for its dims, which come first.
void add_value_and_output(OneOp& m, Type type, const Shape& out) {
  m.input({type, Shape(), 0.5f, -3});
  m.output({type, out, 0.5f, -3});
}

template <class T>
void check(Report& r, Type type, const Shape& out, T value) {
  OneOp m;
  m.input({Type::kInt32, shape_of(out.rank), 0, 0, out.dims, static_cast<uint32_t>(4 * out.rank)});
  add_value_and_output(m, type, out);
  if (!r.expect_ok(m.prepare(ops::fill), "prepare")) return;
  *m.in<T>(1) = value;
  T expected[kMostMoved];
  for (int32_t i = 0; i < out.count(); ++i) expected[i] = value;
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("filled", expected, m.out<T>(), out.count());
}

void check_computed(Report& r) {
  OneOp m;
  m.input({Type::kInt64, shape_of(2)});
  add_value_and_output(m, Type::kInt8, shape_of(3, 5));
  if (!r.expect_ok(m.prepare(ops::fill), "prepare")) return;
  int64_t* dims = m.in<int64_t>(0);
  dims[0] = 3, dims[1] = 5;
  *m.in<int8_t>(1) = 77;
  if (r.expect_ok(m.invoke(), "invoke")) r.expect(m.out<int8_t>()[14] == 77, "the last element");
  dims[1] = 4;
  r.expect(m.invoke().code() == Code::kBadData, "another shape than the file's");
  dims[1] = (int64_t{1} << 32) + 5;
  r.expect(m.invoke().code() == Code::kBadData, "a dimension of more than 32 bits");
}

Code refusal(const Shape& dims_shape, const int32_t* dims, const Shape& value) {
  OneOp m;
  m.input({Type::kInt32, dims_shape, 0, 0, dims, static_cast<uint32_t>(4 * dims_shape.count())});
  m.input({Type::kInt8, value});
  m.output({Type::kInt8, shape_of(2, 2)});
  return m.prepare(ops::fill).code();
}

void check_refusals(Report& r) {
  const int32_t dims[] = {2, 2}, negative[] = {2, -2}, other[] = {2, 3}, huge[] = {65536, 65536};
  r.expect(refusal(shape_of(2), dims, Shape()) == Code::kOk, "the control");
  r.expect(refusal(shape_of(2), dims, shape_of(1)) == Code::kUnsupportedRank, "a value that is no scalar");
  r.expect(refusal(shape_of(2, 1), dims, Shape()) == Code::kUnsupportedRank, "dims that are no vector");
  r.expect(refusal(shape_of(2), negative, Shape()) == Code::kBadValue, "a negative dimension");
  r.expect(refusal(shape_of(2), other, Shape()) == Code::kShapeMismatch, "another shape than the file's");
  r.expect(refusal(shape_of(2), huge, Shape()) == Code::kTooLarge, "more than 31 bits can count");
}

}  // namespace

void test_fill(Report& r) {
  const Shape shapes[] = {Shape(), shape_of(1), shape_of(7), shape_of(3, 5), shape_of(2, 1, 3, 2, 1, 4)};
  for (const Shape& s : shapes) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, s, -77);
    if (r.next_case()) check<int16_t>(r, Type::kInt16, s, 12345);
    if (r.next_case()) check<float>(r, Type::kFloat32, s, 0.3f);
    if (r.next_case()) check<int64_t>(r, Type::kInt64, s, -123456789012345);
  }
  if (r.next_case()) check_computed(r);
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
