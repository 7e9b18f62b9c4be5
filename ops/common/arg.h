// ARG_MAX and ARG_MIN: where along an axis the largest or smallest element is; the first of equal ones.
//
// The axis is a constant of one int32 or int64; it is gone from the output. The output's type is int32 or int64, as option field 0 says.
// A NaN is neither larger nor smaller than anything: it is found only where it comes first.
#pragma once
#include "ops/common/axis.h"

namespace midge {

struct ArgData {
  AxisShape shape;
  int32_t wide;  ///< the output is int64
};
Status prepare_arg(PrepareContext& c);

/// better(element, the best so far).
template <class T, class Better>
Status eval_arg(const EvalContext& c, Better better) {
  const ArgData& p = c.data<ArgData>();
  const T* in = c.input<T>(0);
  int32_t output = 0;
  for_each_line(p.shape, [&](int32_t start) {
    const T* element = in + start;
    T best = *element;
    int32_t where = 0;
    for (int32_t i = 1; i < p.shape.size; ++i) {
      element += p.shape.inner;
      if (better(*element, best)) best = *element, where = i;
    }
    if (p.wide != 0) {
      c.output<int64_t>(0)[output++] = where;
    } else {
      c.output<int32_t>(0)[output++] = where;
    }
  });
  return Code::kOk;
}

}  // namespace midge
