// SELECT and SELECT_V2: the element sizes, against plain index arithmetic.
#pragma once
#include "ops/testing_elementwise.h"
#include "ops/testing_movement.h"

namespace midge {
namespace testing {

/// `condition_shape`: the condition's as it broadcasts, where that differs from the file's.
template <class T>
void check_selection(Report& r, const OpRegistration& op, Type type, const Shape& condition, const Shape& condition_shape, const Shape& x,
                     const Shape& y, const Shape& out) {
  if (!r.next_case()) return;
  Random random = r.random();
  OneOp m;
  m.input({Type::kBool, condition});
  m.input({type, x});
  m.input({type, y});
  m.output({type, out});
  if (!r.expect_ok(m.prepare(op), "prepare")) return;
  for (int32_t i = 0; i < condition.count(); ++i) m.in<uint8_t>(0)[i] = static_cast<uint8_t>(random.between(0, 2));
  for (int32_t i = 0; i < x.count(); ++i) m.in<T>(1)[i] = numbered<T>(1, i);
  for (int32_t i = 0; i < y.count(); ++i) m.in<T>(2)[i] = numbered<T>(2, i);
  T expected[kMostMoved];
  for (int32_t i = 0; i < out.count(); ++i) {
    const bool first = m.in<uint8_t>(0)[broadcast_index(out, condition_shape, i)] != 0;
    expected[i] = first ? m.in<T>(1)[broadcast_index(out, x, i)] : m.in<T>(2)[broadcast_index(out, y, i)];
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("selected", expected, m.out<T>(), out.count());
}

inline void check_selection_types(Report& r, const OpRegistration& op, const Shape& condition, const Shape& condition_shape, const Shape& x,
                                  const Shape& y, const Shape& out) {
  check_selection<int8_t>(r, op, Type::kInt8, condition, condition_shape, x, y, out);
  check_selection<int16_t>(r, op, Type::kInt16, condition, condition_shape, x, y, out);
  check_selection<float>(r, op, Type::kFloat32, condition, condition_shape, x, y, out);
  check_selection<int64_t>(r, op, Type::kInt64, condition, condition_shape, x, y, out);
}

inline void check_selection_refused(Report& r, const OpRegistration& op, const TensorSpec& condition, const TensorSpec& x,
                                    const TensorSpec& y, const TensorSpec& out, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input(condition);
  m.input(x);
  m.input(y);
  m.output(out);
  r.expect(m.prepare(op).code() == code, "refuses");
}

}  // namespace testing
}  // namespace midge
