// FULLY_CONNECTED: out[b,o] = act(bias[o] + sum over i of in[b,i] * filter[o,i])
//
// The input is read as [B, I] whatever its rank, I being the filter's second dimension. With keep_num_dims the output keeps the
// input's leading dimensions. Types: int8 (one scale or one an output), float32, and hybrid (float32 activations, int8
// filter, the input quantised by row at each inference).
// Rounding: the `litert` contract rounds the requantisation once, `tflm` twice.
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

struct FullyConnectedShape {
  int32_t batches, inputs, outputs;
};

struct FullyConnectedS8 {
  FullyConnectedShape shape;
  int32_t input_offset;   ///< minus the input's zero point
  int32_t filter_offset;  ///< minus the filter's zero point; 0 except in old files
  OutputStage out;
  Multiplier multiplier;           ///< per-tensor
  ChannelMultipliers multipliers;  ///< per-channel; null values where per-tensor
  uint32_t round_once;
};

void fully_connected_s8_reference(const FullyConnectedS8& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);
/// Needs filter_offset 0.
void fully_connected_s8_portable(const FullyConnectedS8& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);

/// The accumulator's way to an output, shared by the kernels.
inline int8_t fully_connected_requantize(const FullyConnectedS8& p, int32_t acc, int32_t o) {
  int32_t v;
  if (p.multipliers.values != nullptr) {
    v = p.round_once ? multiply_once_rounded(acc, p.multipliers.values[o], p.multipliers.shifts[o])
                     : multiply_twice_rounded(acc, p.multipliers.values[o], p.multipliers.shifts[o]);
  } else if (p.round_once) {
    v = multiply_once_rounded(acc, p.multiplier.value, p.multiplier.shift);
  } else {
    v = multiply_twice_rounded(acc, p.multiplier.value, p.multiplier.shift);
  }
  return static_cast<int8_t>(clamp(wrapping_add(v, p.out.offset), p.out.low, p.out.high));
}

struct FullyConnectedF32 {
  FullyConnectedShape shape;
  float low, high;
};
void fully_connected_f32_reference(const FullyConnectedF32& p, const float* in, const float* filter, const float* bias, float* out);

struct FullyConnectedHybrid {
  FullyConnectedF32 f32;
  Quantization filter_scales;
  uint32_t symmetric_input;
};
/// `quantized` holds one row of int8.
void fully_connected_hybrid_reference(const FullyConnectedHybrid& p, const float* in, const int8_t* filter, const float* bias,
                                      int8_t* quantized, float* out);

}  // namespace midge
