// RELU, RELU6, RELU_N1_TO_1 and RELU_0_TO_1 as operators of their own: clamp, and rescale quantised numbers.
#pragma once
#include "ops/common/unary.h"

namespace midge {

/// Real numbers that the output is clamped to; `high` may be infinity.
struct RectifierRange {
  float low, high;
};

/// int8, uint8 or int16.
Status prepare_rectifier(PrepareContext& c, RectifierRange range);

template <class T>
Status eval_rectifier(const EvalContext& c) {
  const Rescaled& p = c.data<Rescaled>();
  return map_elements<T>(c, p.count, [&](T x) { return requantize(x + p.input_offset, p.ratio, p.out); });
}

template <const RectifierRange& kRange>
Status prepare_rectifier_of(PrepareContext& c) {
  return prepare_rectifier(c, kRange);
}
template <const RectifierRange& kRange>
Status eval_rectifier_f32(const EvalContext& c) {
  return map_elements<float>(c, c.data<Unary>().count, [](float x) { return clamp(x, kRange.low, kRange.high); });
}

}  // namespace midge
