// See reduce.h.
#include "ops/common/reduce.h"

#include "ops/common/quantization.h"

namespace midge {
namespace {

constexpr uint32_t kKeepDims = 0;  // option field

/// The lowest and the largest finite number of a type.
template <class T>
constexpr T lowest() {
  return T(-1) > T(0) ? T(0) : static_cast<T>(static_cast<T>(1) << (sizeof(T) * 8 - 1));
}
template <>
constexpr float lowest<float>() {
  return -__FLT_MAX__;
}
template <class T>
constexpr T largest() {
  return static_cast<T>(~lowest<T>());
}
template <>
constexpr float largest<float>() {
  return __FLT_MAX__;
}

Status prepare_quantized(PrepareContext& c, bool mean) {
  Reduction shape;
  MIDGE_TRY(prepare_reduction(c, &shape));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  SumQ* p;
  MIDGE_TRY(c.allocate(&p));
  const IntegerRange range = range_of(out.type);
  p->shape = shape;
  p->offset = wrapping_mul(-in.zero_point(), shape.count);
  p->out = OutputStage{out.zero_point(), range.low, range.high};
  if (!quantize_ratio(in.scale(), 1, out.scale(), 0, &p->rescale).ok()) return c.fail_output(0, Code::kScaleRange);
  if (mean) {
    Multiplier& m = p->rescale;
    const int32_t shift = min<int32_t>(31 - __builtin_clz(static_cast<uint32_t>(shape.count)), 31 + m.shift);
    m.value = static_cast<int32_t>((static_cast<int64_t>(m.value) << shift) / shape.count);
    m.shift -= shift;
  }
  return Code::kOk;
}

}  // namespace

Status prepare_reduction(PrepareContext& c, Reduction* r) {
  MIDGE_TRY(c.expect(2, 2, 1, 1));
  const Shape in = c.input(0).shape;
  int32_t axes[2 * kMaxRank];
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, axes, 2 * kMaxRank, &count));
  if (in.rank == 0) count = 0;  // a scalar's axes are not looked at
  bool fold[kMaxRank] = {};
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t axis = axes[i] < 0 ? axes[i] + in.rank : axes[i];
    if (axis < 0 || axis >= in.rank) return c.fail_input(1, Code::kBadValue);
    fold[axis] = true;
  }
  *r = plan_reduction(in, fold);
  const bool keep = c.options().boolean(kKeepDims);
  Shape out;
  for (int32_t d = 0; d < in.rank; ++d) {
    if (!fold[d] || keep) out.dims[out.rank++] = fold[d] ? 1 : in[d];
  }
  return c.set_output_shape(0, out);
}

Status prepare_fold(PrepareContext& c) {
  Reduction shape;
  MIDGE_TRY(prepare_reduction(c, &shape));
  Reduction* p;
  MIDGE_TRY(c.allocate(&p));
  *p = shape;
  return Code::kOk;
}

Status prepare_fold_same_scale(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 1, 1));
  MIDGE_TRY(check_same_scale(c.input(0), c.output(0)));
  return prepare_fold(c);
}

template <class T>
Status eval_fold_max(const EvalContext& c) {
  return eval_fold(c, lowest<T>(), [](T most, T x) { return x > most ? x : most; });
}

template <class T>
Status eval_fold_min(const EvalContext& c) {
  return eval_fold(c, largest<T>(), [](T least, T x) { return x < least ? x : least; });
}

Status prepare_sum_q(PrepareContext& c) { return prepare_quantized(c, false); }
Status prepare_mean_q(PrepareContext& c) { return prepare_quantized(c, true); }

template <class T>
Status eval_sum_q(const EvalContext& c) {
  const SumQ& p = c.data<SumQ>();
  T* out = c.output<T>(0);
  reduce(
      p.shape, c.input<T>(0), p.offset, [](int32_t sum, T x) { return wrapping_add(sum, int32_t{x}); },
      [&](int32_t o, int32_t sum) {
        const int32_t scaled = multiply_twice_rounded(sum, p.rescale.value, p.rescale.shift);
        out[o] = static_cast<T>(clamp(wrapping_add(scaled, p.out.offset), p.out.low, p.out.high));
      });
  return Code::kOk;
}

template Status eval_fold_max<int8_t>(const EvalContext&);
template Status eval_fold_max<uint8_t>(const EvalContext&);
template Status eval_fold_max<int16_t>(const EvalContext&);
template Status eval_fold_max<int32_t>(const EvalContext&);
template Status eval_fold_max<int64_t>(const EvalContext&);
template Status eval_fold_max<float>(const EvalContext&);
template Status eval_fold_min<int8_t>(const EvalContext&);
template Status eval_fold_min<uint8_t>(const EvalContext&);
template Status eval_fold_min<int16_t>(const EvalContext&);
template Status eval_fold_min<int32_t>(const EvalContext&);
template Status eval_fold_min<int64_t>(const EvalContext&);
template Status eval_fold_min<float>(const EvalContext&);
template Status eval_sum_q<int8_t>(const EvalContext&);
template Status eval_sum_q<int16_t>(const EvalContext&);
template Status eval_sum_q<uint8_t>(const EvalContext&);

}  // namespace midge
