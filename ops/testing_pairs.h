// Elementwise operators with two inputs that broadcast: exactly against a function of two numbers, quantised ones within a step of it, and what
// all of them refuse.
#pragma once
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

/// The inputs' elements are the integers of [low, high], times `spread` (of int64: beyond 32 bits).
struct Range {
  int32_t low, high;
  int64_t spread = 1;
};

template <class T>
void fill_range(Random& random, const Range& range, typename Element<T>::Stored* to, int32_t n) {
  for (int32_t i = 0; i < n; ++i) to[i] = static_cast<typename Element<T>::Stored>(random.between(range.low, range.high) * range.spread);
}

/// Out f(In, In), for every pair of shapes.
template <class In, class Out, class F>
void check_pairs(Report& r, const OpRegistration& op, const Range& a, const Range& b, F f) {
  using From = typename Element<In>::Stored;
  using To = typename Element<Out>::Stored;
  for (int32_t shapes = 0; shapes < kBinaryCases; ++shapes) {
    if (!r.next_case()) continue;
    const BinaryShapes s = binary_shapes(shapes);
    Random random = r.random();
    OneOp m;
    m.input({Element<In>::kType, s.a});
    m.input({Element<In>::kType, s.b});
    m.output({Element<Out>::kType, s.out});
    if (!r.expect_ok(m.prepare(op), "prepare")) continue;
    fill_range<In>(random, a, m.in<From>(0), s.a.count());
    fill_range<In>(random, b, m.in<From>(1), s.b.count());
    To expected[kMostBinary];
    for (int32_t i = 0; i < s.out.count(); ++i) {
      const From x = m.in<From>(0)[broadcast_index(s.out, s.a, i)], y = m.in<From>(1)[broadcast_index(s.out, s.b, i)];
      expected[i] = static_cast<To>(f(static_cast<In>(x), static_cast<In>(y)));
    }
    if (r.expect_ok(m.invoke(), "invoke")) r.equal("elements", expected, m.out<To>(), s.out.count());
  }
}

template <class T>
constexpr int32_t lowest_of() {
  return static_cast<T>(-1) < T{0} ? -(1 << (8 * sizeof(T) - 1)) : 0;
}
template <class T>
constexpr int32_t largest_of() {
  return static_cast<T>(-1) < T{0} ? (1 << (8 * sizeof(T) - 1)) - 1 : (1 << 8 * sizeof(T)) - 1;
}

/// The same for the real values of quantised tensors. No element of b is its zero point where `divides`. `tolerance`: in steps.
template <class T, class F>
void check_quantized_pairs(Report& r, const OpRegistration& op, Quant a, Quant b, Quant out, int32_t tolerance, F f, bool divides = false) {
  for (int32_t shapes = 0; shapes < kBinaryCases; ++shapes) {
    if (!r.next_case()) continue;
    const BinaryShapes s = binary_shapes(shapes);
    Random random = r.random();
    OneOp m;
    m.input({Element<T>::kType, s.a, a.scale, a.zero_point});
    m.input({Element<T>::kType, s.b, b.scale, b.zero_point});
    m.output({Element<T>::kType, s.out, out.scale, out.zero_point});
    if (!r.expect_ok(m.prepare(op), "prepare")) continue;
    random.fill(m.in<T>(0), s.a.count());
    random.fill(m.in<T>(1), s.b.count());
    for (int32_t i = 0; i < s.b.count(); ++i)
      m.in<T>(1)[i] = static_cast<T>(m.in<T>(1)[i] + (divides && m.in<T>(1)[i] == b.zero_point ? 1 : 0));
    T expected[kMostBinary];
    for (int32_t i = 0; i < s.out.count(); ++i) {
      const double x = static_cast<double>(m.in<T>(0)[broadcast_index(s.out, s.a, i)] - a.zero_point) * static_cast<double>(a.scale);
      const double y = static_cast<double>(m.in<T>(1)[broadcast_index(s.out, s.b, i)] - b.zero_point) * static_cast<double>(b.scale);
      const double q = clamp(f(x, y) / static_cast<double>(out.scale), -1e6, 1e6);
      const int32_t nearest = static_cast<int32_t>(q + (q < 0 ? -0.5 : 0.5)) + out.zero_point;
      expected[i] = static_cast<T>(clamp(nearest, lowest_of<T>(), largest_of<T>()));
    }
    if (r.expect_ok(m.invoke(), "invoke")) r.within<T>("quantised", expected, m.out<T>(), s.out.count(), static_cast<T>(tolerance));
  }
}

/// A case: prepare() must refuse these tensors.
inline void check_refused(Report& r, const OpRegistration& op, const TensorSpec& a, const TensorSpec& b, const TensorSpec& out, Code code,
                          const Options& options = Options()) {
  if (!r.next_case()) return;
  OneOp m;
  m.input(a);
  m.input(b);
  m.output(out);
  r.expect(m.prepare(op, options).code() == code, "refuses");
}

/// What every operator with two inputs refuses; `type` is one that it takes, and gives.
inline void check_pairs_refused(Report& r, const OpRegistration& op, Type type, Type out) {
  check_refused(r, op, {type, shape_of(2, 3), 0.5f}, {type, shape_of(2), 0.5f}, {out, shape_of(2, 3), 0.5f}, Code::kShapeMismatch);
  check_refused(r, op, {type, shape_of(2, 3), 0.5f}, {type, shape_of(3), 0.5f}, {out, shape_of(3), 0.5f}, Code::kShapeMismatch);
  check_refused(r, op, {type, shape_of(3), 0.5f}, {Type::kFloat16, shape_of(3), 0.5f}, {out, shape_of(3), 0.5f}, Code::kUnsupportedType);
}

/// A case: invoke() must refuse `bad` as one of input 1's elements.
template <class T>
void check_bad_operand(Report& r, const OpRegistration& op, T bad, Quant quant = {0, 0}) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Element<T>::kType, shape_of(2, 3), quant.scale, quant.zero_point});
  m.input({Element<T>::kType, shape_of(3), quant.scale, quant.zero_point});
  m.output({Element<T>::kType, shape_of(2, 3), quant.scale, quant.zero_point});
  if (!r.expect_ok(m.prepare(op), "prepare")) return;
  for (int32_t i = 0; i < 6; ++i) m.in<T>(0)[i] = T{7};
  for (int32_t i = 0; i < 3; ++i) m.in<T>(1)[i] = static_cast<T>(bad + 1);
  r.expect_ok(m.invoke(), "invoke with good data");
  m.in<T>(1)[2] = bad;
  r.expect(m.invoke().code() == Code::kBadData, "refuses the data");
}

}  // namespace testing
}  // namespace midge
