// FULLY_CONNECTED, slow and obvious: the oracle for every other kernel.
#include "kernels/hybrid/quantize_input.h"
#include "kernels/packed/packed.h"
#include "ops/fully_connected/fully_connected.h"

namespace midge {

void fully_connected_s8_reference(const FullyConnectedQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out) {
  const FullyConnectedShape& s = p.shape;
  for (int32_t b = 0; b < s.batches; ++b) {
    for (int32_t o = 0; o < s.outputs; ++o) {
      int32_t acc = bias == nullptr ? 0 : bias[o];
      for (int32_t i = 0; i < s.inputs; ++i) {
        acc = wrapping_add(acc, (in[b * s.inputs + i] + p.input_offset) * (filter[o * s.inputs + i] + p.filter_offset));
      }
      out[b * s.outputs + o] = static_cast<int8_t>(fully_connected_requantize(p, acc, o));
    }
  }
}

void fully_connected_f32_reference(const FullyConnectedF32& p, const float* in, const float* filter, const float* bias, float* out) {
  const FullyConnectedShape& s = p.shape;
  for (int32_t b = 0; b < s.batches; ++b) {
    for (int32_t o = 0; o < s.outputs; ++o) {
      float acc = 0;
      for (int32_t i = 0; i < s.inputs; ++i) acc += in[b * s.inputs + i] * filter[o * s.inputs + i];
      out[b * s.outputs + o] = clamp(acc + (bias == nullptr ? 0.0f : bias[o]), p.low, p.high);
    }
  }
}

void fully_connected_hybrid_reference(const FullyConnectedHybrid& p, const float* in, const void* filter, const float* bias,
                                      int8_t* scratch, float* out) {
  const FullyConnectedShape& s = p.f32.shape;
  int8_t *quantized = scratch, *unpacked = scratch + s.inputs;
  for (int32_t b = 0; b < s.batches; ++b) {
    const float* row = in + b * s.inputs;
    const HybridScale q = p.symmetric_input ? quantize_symmetric(row, s.inputs, quantized) : quantize_asymmetric(row, s.inputs, quantized);
    for (int32_t o = 0; o < s.outputs; ++o) {
      const int8_t* weights = as_s8(filter, p.filter_bits, o * s.inputs, s.inputs, unpacked);
      int32_t acc = 0;
      for (int32_t i = 0; i < s.inputs; ++i) acc = wrapping_add(acc, (quantized[i] - q.zero_point) * weights[i]);
      const float scale = q.scale * p.filter_scales.scale(static_cast<uint32_t>(o));
      out[b * s.outputs + o] = clamp((bias == nullptr ? 0.0f : bias[o]) + static_cast<float>(acc) * scale, p.f32.low, p.f32.high);
    }
  }
}

}  // namespace midge
