// What elementwise operators with one input share.
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct Unary {
  int32_t count;
};

/// One input, one output of the same shape; *count is the number of elements.
Status prepare_unary_shape(PrepareContext& c, int32_t* count);
/// For operators that need no more than the count.
Status prepare_unary(PrepareContext& c);

/// Both scales, see check_scale(); kQuantization where an int16 tensor has a zero point.
Status check_unary_scales(const PrepareContext& c);

/// Quantised numbers brought from the input's scale to the output's.
struct Rescaled {
  int32_t count;
  int32_t input_offset;  ///< minus the input's zero point
  Multiplier ratio;      ///< input scale / output scale
  OutputStage out;
};
/// int8, uint8 or int16; the ratio is scale_ratio(), the output's range its type's.
Status plan_rescaled(PrepareContext& c, Rescaled* plan);

/// out[i] = f(in[i])
template <class From, class To = From, class F>
Status map_elements(const EvalContext& c, int32_t count, F f) {
  const From* in = c.input<From>(0);
  To* out = c.output<To>(0);
  for (int32_t i = 0; i < count; ++i) out[i] = static_cast<To>(f(in[i]));
  return Code::kOk;
}

/// A function of real numbers as an operator's eval(), with prepare_unary().
template <float (*kF)(float)>
Status eval_unary_f32(const EvalContext& c) {
  return map_elements<float>(c, c.data<Unary>().count, kF);
}

}  // namespace midge
