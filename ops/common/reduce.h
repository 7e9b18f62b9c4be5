// What MEAN, SUM and REDUCE_* share: the axes of the second input, a constant, and folding along them. Axes may be negative and may
// repeat; without axes nothing is folded. Option field 0, keep_dims, leaves folded dimensions as 1.
#pragma once
#include "kernels/reduce/reduce.h"
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

/// Reads axes and keep_dims, and sets the output's shape.
Status prepare_reduction(PrepareContext& c, Reduction* r);

/// Prepared data: the Reduction alone.
Status prepare_fold(PrepareContext& c);
/// The same for operators that pick an element: input and output must have the same scale.
Status prepare_fold_same_scale(PrepareContext& c);

template <class T, class Fold>
Status eval_fold(const EvalContext& c, T first, Fold fold) {
  T* out = c.output<T>(0);
  reduce(c.data<Reduction>(), c.input<T>(0), first, fold, [out](int32_t o, T folded) { out[o] = folded; });
  return Code::kOk;
}

/// The largest and the smallest element; of bool tensors, as uint8_t: whether any, whether all are true.
template <class T>
Status eval_fold_max(const EvalContext& c);
template <class T>
Status eval_fold_min(const EvalContext& c);

/// SUM and MEAN of quantised integers: the sum of the elements less their zero points, times a real multiplier, rounding twice. Sums wrap
/// at 32 bits.
struct SumQ {
  Reduction shape;
  int32_t offset;  ///< minus the input's zero points of one sum
  Multiplier rescale;
  OutputStage out;
};
Status prepare_sum_q(PrepareContext& c);
/// 1 / count goes into the multiplier: as many bits of it as the shift leaves room for.
Status prepare_mean_q(PrepareContext& c);
template <class T>
Status eval_sum_q(const EvalContext& c);

}  // namespace midge
