// SVDF: a fully connected layer over time, of low rank. For unit u, with filters f from u * rank to u * rank + rank - 1:
//
//   state[b,f,:] = state[b,f,1:] followed by (sum over i of in[b,i] * feature[f,i])
//   out[b,u] = act(bias[u] + sum over f, t of state[b,f,t] * time[f,t])
//
// Layout: in [B, I], feature [F, I], time [F, T], bias [U] or absent, state [B, F * T], a variable; F = U * rank.
// Types: int8 with int8 feature, time and state both int16 or both int8, int32 bias; float32; hybrid: float32 with int8 feature and
// time, the input quantised by row at each inference.
// Rounding: both integer sums are requantised rounding twice. Integer outputs are not clamped by the activation, as in the contract.
// float32 sums are those of the contract's vector code to the last bit: under `litert` in four interleaved parts, the bias last; under
// `tflm` in order, the bias first.
#pragma once
#include "base/fixed_point.h"
#include "ops/context.h"

namespace midge {

struct SvdfShape {
  int32_t batches, inputs, units, rank, memory;

  int32_t filters() const { return units * rank; }
};

struct SvdfS8 {
  SvdfShape shape;
  int32_t input_offset;  ///< minus the input's zero point
  int32_t state_zero;  ///< zero point
  uint32_t state_bytes;  ///< of an element: 2 or 1
  int32_t output_zero;
  Multiplier to_state, to_output;
};

struct SvdfF32 {
  SvdfShape shape;
  uint32_t interleaved;  ///< sums are in four parts, and the bias is added last; else it comes first
  float low, high;
};

struct SvdfHybrid {
  SvdfF32 f32;
  float feature_scale, time_scale;
  uint32_t symmetric_input;
};

}  // namespace midge
