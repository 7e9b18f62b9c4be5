// Operators that only move elements, against plain index arithmetic. Elements are numbered, so that each one tells where it came
// from.
#pragma once
#include "tests/one_op.h"

namespace midge {
namespace testing {

constexpr int32_t kMostMoved = 512;

inline void position_of(const Shape& s, int32_t at, int32_t* position) {
  for (int32_t d = s.rank - 1; d >= 0; --d) position[d] = at % s[d], at /= s[d];
}
inline int32_t index_of(const Shape& s, const int32_t* position) {
  int32_t index = 0;
  for (int32_t d = 0; d < s.rank; ++d) index = index * s[d] + position[d];
  return index;
}

/// Element i of input `slot`, in any of the types: distinct for the first 251.
template <class T>
T numbered(uint32_t slot, int32_t i) {
  return static_cast<T>((i + 100 * static_cast<int32_t>(slot)) % 251 - 125);
}

/// Runs a prepared model of `inputs` computed inputs; from(position, &slot) is the element of input `slot`, or -1.
template <class T, class F>
void check_moved(Report& r, OneOp& m, const Shape* in, uint32_t inputs, const Shape& out, T fill, F from) {
  for (uint32_t k = 0; k < inputs; ++k) {
    for (int32_t i = 0; i < in[k].count(); ++i) m.in<T>(k)[i] = numbered<T>(k, i);
  }
  T expected[kMostMoved];
  for (int32_t i = 0; i < out.count(); ++i) {
    int32_t position[kMaxRank] = {};
    uint32_t slot = 0;
    position_of(out, i, position);
    const int32_t index = from(position, &slot);
    expected[i] = index < 0 ? fill : numbered<T>(slot, index);
  }
  const Line what = Line() << static_cast<int32_t>(sizeof(T)) << "-byte elements";
  if (r.expect_ok(m.invoke(), "invoke")) r.equal(what.text(), expected, m.out<T>(), out.count());
}

/// The same for an operator with one computed input and constants of int32 behind it.
struct Constants {
  uint32_t count = 0;
  Shape shapes[3];
  const int32_t* values[3] = {};
};

template <class T, class F>
void check_movement(Report& r, const OpRegistration& op, Type type, const Shape& in, const Constants& constants, const Shape& out,
                    const Options& options, T fill, F from) {
  OneOp m;
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  const int32_t zero = type == Type::kInt8 ? static_cast<int32_t>(fill) : 0;
  m.input({type, in, scale, zero});
  for (uint32_t i = 0; i < constants.count; ++i) {
    m.input({Type::kInt32, constants.shapes[i], 0, 0, constants.values[i], static_cast<uint32_t>(4 * constants.shapes[i].count())});
  }
  m.output({type, out, scale, zero});
  if (r.expect_ok(m.prepare(op, options), "prepare"))
    check_moved<T>(r, m, &in, 1, out, fill, [&](const int32_t* p, uint32_t*) { return from(p); });
}

/// The four element sizes, each a case.
template <class F>
void check_movement_types(Report& r, const OpRegistration& op, const Shape& in, const Constants& constants, const Shape& out,
                          const Options& options, F from) {
  if (r.next_case()) check_movement<int8_t>(r, op, Type::kInt8, in, constants, out, options, -3, from);
  if (r.next_case()) check_movement<int16_t>(r, op, Type::kInt16, in, constants, out, options, 0, from);
  if (r.next_case()) check_movement<int32_t>(r, op, Type::kInt32, in, constants, out, options, 0, from);
  if (r.next_case()) check_movement<int64_t>(r, op, Type::kInt64, in, constants, out, options, 0, from);
}

}  // namespace testing
}  // namespace midge
