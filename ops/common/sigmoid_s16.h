// LOGISTIC and TANH of int16: from the input's scale to that of kernels/sigmoid_s16.
#pragma once
#include "kernels/sigmoid_s16/sigmoid_s16.h"
#include "ops/common/unary.h"

namespace midge {

struct SigmoidS16 {
  int32_t count;
  SigmoidScale scale;
};

/// Zero points are 0, the output's scale is 2^-15. Scales within 0.07 percent of 2^-12 count as that, and those of 2^-11 where
/// `tanh`, as the contract has it.
Status prepare_sigmoid_s16(PrepareContext& c, bool tanh);

template <int16_t (*kF)(int16_t, SigmoidScale)>
Status eval_sigmoid_s16(const EvalContext& c) {
  const SigmoidS16& p = c.data<SigmoidS16>();
  return map_elements<int16_t>(c, p.count, [&](int16_t x) { return kF(x, p.scale); });
}

}  // namespace midge
