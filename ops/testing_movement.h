// Operators that only move elements, against plain index arithmetic. Elements are numbered, so that each one tells where it came
// from.
#pragma once
#include "tests/one_op.h"

namespace midge {
namespace testing {

constexpr int32_t kMostMoved = 512;
constexpr bool kConstantOrComputed[] = {false, true};

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
template <class T>
void fill_numbered(const OneOp& m, uint32_t slot, int32_t count) {
  for (int32_t i = 0; i < count; ++i) m.in<T>(slot)[i] = numbered<T>(slot, i);
}

/// Checks output `k` after invoke(); from(position, &slot) is the element of input `slot`, or -1 for the fill.
template <class T, class F>
void check_output(Report& r, const OneOp& m, uint32_t k, const Shape& out, T fill, F from) {
  if (!r.expect(out.count() <= kMostMoved, "a test of that size")) return;
  T expected[kMostMoved];
  for (int32_t i = 0; i < out.count(); ++i) {
    int32_t position[kMaxRank] = {};
    uint32_t slot = 0;
    position_of(out, i, position);
    const int32_t index = from(position, &slot);
    expected[i] = index < 0 ? fill : numbered<T>(slot, index);
  }
  const Line what = Line() << static_cast<int32_t>(sizeof(T)) << "-byte elements";
  r.equal(what.text(), expected, m.out<T>(k), out.count());
}

/// Runs a prepared model of `inputs` computed inputs.
template <class T, class F>
void check_moved(Report& r, OneOp& m, const Shape* in, uint32_t inputs, const Shape& out, T fill, F from) {
  for (uint32_t k = 0; k < inputs; ++k) fill_numbered<T>(m, k, in[k].count());
  if (r.expect_ok(m.invoke(), "invoke")) check_output<T>(r, m, 0, out, fill, from);
}

/// The inputs of int32 behind the one that is moved.
struct Constants {
  uint32_t count = 0;
  Shape shapes[3];
  const int32_t* values[3] = {};
  uint32_t computed = 0;  ///< bit i: input i of these is not a constant but written before invoke()
};

/// Adds the inputs and the output to the model and prepares it.
inline Status prepare_movement(OneOp& m, const OpRegistration& op, const TensorSpec& in, const Constants& constants, const TensorSpec& out,
                               const Options& options) {
  m.input(in);
  for (uint32_t i = 0; i < constants.count; ++i) {
    const bool computed = (constants.computed >> i & 1) != 0;
    const uint32_t bytes = static_cast<uint32_t>(4 * constants.shapes[i].count());
    m.input({Type::kInt32, constants.shapes[i], 0, 0, computed ? nullptr : constants.values[i], computed ? 0 : bytes});
  }
  m.output(out);
  MIDGE_TRY(m.prepare(op, options));
  for (uint32_t i = 0; i < constants.count; ++i) {
    const size_t bytes = static_cast<size_t>(4 * constants.shapes[i].count());
    if ((constants.computed >> i & 1) != 0) memcpy(m.in<int32_t>(1 + i), constants.values[i], bytes);
  }
  return Code::kOk;
}

template <class T, class F>
void check_movement(Report& r, const OpRegistration& op, Type type, const Shape& in, const Constants& constants, const Shape& out,
                    const Options& options, T fill, F from) {
  OneOp m;
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  const int32_t zero = type == Type::kInt8 ? static_cast<int32_t>(fill) : 0;
  const Status status = prepare_movement(m, op, {type, in, scale, zero}, constants, {type, out, scale, zero}, options);
  if (r.expect_ok(status, "prepare")) check_moved<T>(r, m, &in, 1, out, fill, [&](const int32_t* p, uint32_t*) { return from(p); });
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

/// A case: prepare(), or invoke() where that is what must refuse, gives this code.
inline void check_movement_refused(Report& r, const OpRegistration& op, const Shape& in, const Constants& constants, const Shape& out,
                                   const Options& options, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  Status status = prepare_movement(m, op, {Type::kFloat32, in}, constants, {Type::kFloat32, out}, options);
  if (status.ok()) status = m.invoke();
  const Line what = Line() << "refused with " << static_cast<int32_t>(status.code()) << ", not " << static_cast<int32_t>(code);
  r.expect(status.code() == code, what.text());
}

}  // namespace testing
}  // namespace midge
