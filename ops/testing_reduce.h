// Reductions over every set of axes of a tensor of rank 4, some negative and one twice, with and without keep_dims, against folding
// element by element into an output found by plain index arithmetic.
#pragma once
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

constexpr int32_t kReduceDims[] = {2, 3, 4, 5}, kReduceCount = 120;

/// What differs between the types of an operator. Elements are drawn from [low, high].
struct ReduceSpec {
  Type type;
  int32_t low, high;
  Quant in = {0, 0}, out = {0, 0};  ///< scale 0: not quantised
  Contract contract = Contract::kLitert;
};

/// `set`: bit d folds dimension d. Each output starts as `first`, becomes fold(so far, element), and is finish(folded, elements) in the end,
/// which may differ by `tolerance`.
template <class T, class A, class Fold, class Finish>
void check_reduction(Report& r, const OpRegistration& op, const ReduceSpec& s, uint32_t set, bool keep, A first, Fold fold, Finish finish,
                     T tolerance) {
  int32_t axes[5] = {}, reduced = 0, n = 1;
  Shape shape;
  for (int32_t d = 0; d < 4; ++d) {
    const bool gone = (set >> d & 1) != 0;
    if (gone) axes[reduced++] = d % 2 == 0 ? d : d - 4;
    if (gone) n *= kReduceDims[d];
    if (!gone || keep) shape.dims[shape.rank++] = gone ? 1 : kReduceDims[d];
  }
  if (reduced > 0) axes[reduced] = axes[0], ++reduced;
  OneOp m;
  m.input({s.type, shape_of(2, 3, 4, 5), s.in.scale, s.in.zero_point});
  m.input({Type::kInt32, shape_of(reduced), 0, 0, axes, static_cast<uint32_t>(4 * reduced)});
  m.output({s.type, shape, s.out.scale, s.out.zero_point});
  if (!r.expect_ok(m.prepare(op, Options().u8(0, keep), s.contract), "prepare")) return;
  Random random = r.random();
  A folded[kReduceCount];
  for (A& f : folded) f = first;
  for (int32_t i = 0; i < kReduceCount; ++i) {
    int32_t rest = i, index = 0, step = 1;
    for (int32_t d = 3; d >= 0; --d) {
      if ((set >> d & 1) == 0) index += rest % kReduceDims[d] * step, step *= kReduceDims[d];
      rest /= kReduceDims[d];
    }
    const T x = static_cast<T>(random.between(s.low, s.high));
    m.in<T>(0)[i] = x;
    folded[index] = fold(folded[index], x);
  }
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  const int32_t outputs = kReduceCount / n;
  T expected[kReduceCount];
  for (int32_t i = 0; i < outputs; ++i) expected[i] = finish(folded[i], n);
  r.within("reduced", expected, m.out<T>(), outputs, tolerance);
}

/// Every set of axes, each a case.
template <class T, class A, class Fold, class Finish>
void check_reductions(Report& r, const OpRegistration& op, const ReduceSpec& s, A first, Fold fold, Finish finish, T tolerance = T{}) {
  for (uint32_t set = 0; set < 16; ++set) {
    if (r.next_case()) check_reduction<T>(r, op, s, set, false, first, fold, finish, tolerance);
    if (r.next_case()) check_reduction<T>(r, op, s, set, true, first, fold, finish, tolerance);
  }
}

/// Operators whose output is folded as the input is: T is also the accumulator's type.
template <class T, class Fold>
void check_folds(Report& r, const OpRegistration& op, const ReduceSpec& s, T first, Fold fold) {
  check_reductions<T>(r, op, s, first, fold, [](T folded, int32_t) { return folded; });
}

/// SUM and MEAN of a quantised type within a step; `mean` divides by the count.
template <class T>
void check_quantized_sums(Report& r, const OpRegistration& op, Type type, bool mean, Quant in, Quant out) {
  const int32_t low = T(-1) > T(0) ? 0 : -128;
  const ReduceSpec s{type, low, low + 255, in, out};
  check_reductions<T>(
      r, op, s, 0.0, [in](double sum, T x) { return sum + static_cast<double>(x - in.zero_point) * static_cast<double>(in.scale); },
      [=](double sum, int32_t n) {
        const double real = mean ? sum / n : sum, q = real / static_cast<double>(out.scale) + out.zero_point;
        const int32_t most = type == Type::kInt16 ? 32767 : (type == Type::kInt8 ? 127 : 255), least = T(-1) > T(0) ? 0 : -most - 1;
        return static_cast<T>(clamp(q + (q < 0 ? -0.5 : 0.5), static_cast<double>(least), static_cast<double>(most)));
      },
      T{1});
}

/// What prepare() refuses of any reduction: an axis that is not there, axes that are computed, an output of another shape or type.
inline void check_reduce_refusals(Report& r, const OpRegistration& op, Type type) {
  const int32_t axis_1[] = {1}, axis_2[] = {2}, axis_minus_3[] = {-3};
  const auto prepared = [&](const int32_t* axis, Type out_type, const Shape& out) {
    OneOp m;
    m.input({type, shape_of(2, 3)});
    m.input({Type::kInt32, shape_of(1), 0, 0, axis, 4});
    m.output({out_type, out});
    return m.prepare(op).code();
  };
  if (!r.next_case()) return;
  r.expect(prepared(axis_1, type, shape_of(2)) == Code::kOk, "axis 1 of rank 2 is taken");
  r.expect(prepared(axis_2, type, shape_of(2)) == Code::kBadValue, "axis 2 of rank 2 is refused");
  r.expect(prepared(axis_minus_3, type, shape_of(2)) == Code::kBadValue, "axis -3 of rank 2 is refused");
  r.expect(prepared(nullptr, type, shape_of(2)) == Code::kNotConstant, "a computed axis is refused");
  r.expect(prepared(axis_1, type, shape_of(2, 1)) == Code::kShapeMismatch, "a kept dimension without keep_dims is refused");
  r.expect(prepared(axis_1, Type::kFloat64, shape_of(2)) == Code::kUnsupportedType, "an output of another type is refused");
}

/// And where input and output must share their scale.
inline void check_same_scale_refusal(Report& r, const OpRegistration& op) {
  if (!r.next_case()) return;
  const int32_t axis[] = {0};
  OneOp m;
  m.input({Type::kInt8, shape_of(3), 0.5f, 1});
  m.input({Type::kInt32, shape_of(1), 0, 0, axis, 4});
  m.output({Type::kInt8, Shape(), 0.25f, 1});
  r.expect(m.prepare(op).code() == Code::kScaleDiffers, "another scale is refused");
}

}  // namespace testing
}  // namespace midge
