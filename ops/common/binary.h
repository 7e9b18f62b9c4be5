// What ADD, SUB and MUL share: two inputs of one type that broadcast, and a fused activation (option field 0 of each).
#pragma once
#include "kernels/broadcast/broadcast.h"
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct BinaryF32 {
  Broadcast shape;
  float low, high;
};
struct BinaryS32 {
  Broadcast shape;
  int32_t low, high;
};

/// ADD and SUB on int8: both inputs are brought to a common scale with 20 more bits, added, and brought to the output's.
struct SumS8 {
  Broadcast shape;
  int32_t a_offset, b_offset;  ///< minus the zero points
  Multiplier a, b, result;
  OutputStage out;
};

/// Plans the broadcast and sets the output's shape.
Status prepare_broadcast(PrepareContext& c, Broadcast* plan);
Activation activation_of(const PrepareContext& c);

Status prepare_binary_f32(PrepareContext& c);
Status prepare_binary_s32(PrepareContext& c);
/// `single_precision`: the ratios of the scales are taken in float (SUB under the `tflm` contract) or in double.
Status prepare_sum_s8(PrepareContext& c, bool single_precision);

/// out = clamp(a + sign * b) in the quantised domain, sign +1 or -1.
void sum_s8_reference(const SumS8& p, const int8_t* a, const int8_t* b, int32_t sign, int8_t* out);

template <class F>
Status eval_binary_f32(const EvalContext& c, F f) {
  const BinaryF32& p = c.data<BinaryF32>();
  const float *a = c.input<float>(0), *b = c.input<float>(1);
  float* out = c.output<float>(0);
  for_each_pair(p.shape, [&](int32_t o, int32_t i, int32_t j) { out[o] = clamp(f(a[i], b[j]), p.low, p.high); });
  return Code::kOk;
}

template <class F>
Status eval_binary_s32(const EvalContext& c, F f) {
  const BinaryS32& p = c.data<BinaryS32>();
  const int32_t *a = c.input<int32_t>(0), *b = c.input<int32_t>(1);
  int32_t* out = c.output<int32_t>(0);
  for_each_pair(p.shape, [&](int32_t o, int32_t i, int32_t j) { out[o] = clamp(f(a[i], b[j]), p.low, p.high); });
  return Code::kOk;
}

}  // namespace midge
