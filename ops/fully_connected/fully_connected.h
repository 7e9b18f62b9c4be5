// FULLY_CONNECTED: out[b,o] = act(bias[o] + sum over i of in[b,i] * filter[o,i])
//
// The input is read as [B, I] whatever its rank, I being the filter's second dimension. With keep_num_dims the output keeps the
// input's leading dimensions. Filter and bias may be computed.
// Types: int8 and int16 (weights of 8, 4 or 2 bits with one scale or one an output; int16 also int16 weights), uint8 (weights with a
// zero point; output uint8 or int16), float32, and hybrid: float32 activations with weights of 8, 4 or 2 bits, the input quantised
// by row at each inference.
// Rounding: the `litert` contract scales the accumulator in double precision, `tflm` in fixed point. Weights of int16 are of LiteRT
// only, and in fixed point there.
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct FullyConnectedShape {
  int32_t batches, inputs, outputs;
};

/// Integer activations.
struct FullyConnectedQ {
  FullyConnectedShape shape;
  int32_t input_offset;   ///< minus the input's zero point
  int32_t filter_offset;  ///< minus the filter's zero point; 0 except in old files
  OutputStage out;
  uint32_t per_output;   ///< a scale for each output; else one for all
  uint32_t as_double;    ///< the scale is applied in double precision; else in fixed point
  uint32_t wide_sum, wide_bias;  ///< of 64 bits, as int16 activations may have them
  int32_t filter_bits;   ///< of an element
  const DoubleBits* scales;  ///< input * filter / output scale
};

/// Needs filter elements of 8 bits.
void fully_connected_s8_reference(const FullyConnectedQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);
/// Needs filter_offset 0 too.
void fully_connected_s8_portable(const FullyConnectedQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out);

/// The way of a 32-bit accumulator to output o, shared by the kernels.
inline int32_t fully_connected_requantize(const FullyConnectedQ& p, int32_t acc, int32_t o) {
  const DoubleBits scale = p.scales[p.per_output != 0 ? o : 0];
  int32_t v;
  if (p.as_double != 0) {
    v = multiply_as_double(acc, scale);
  } else {
    const Multiplier m = multiplier_of(scale);
    v = multiply_twice_rounded(acc, m.value, m.shift);
  }
  return clamp(wrapping_add(v, p.out.offset), p.out.low, p.out.high);
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
  int32_t filter_bits;
};
/// `scratch` holds a row of int8, and another one where the filter's elements have less than 8 bits.
void fully_connected_hybrid_reference(const FullyConnectedHybrid& p, const float* in, const void* filter, const float* bias,
                                      int8_t* scratch, float* out);

}  // namespace midge
