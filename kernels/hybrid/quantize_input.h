// Quantisation of float activations at run time, for hybrid operators (float32 activations, int8 weights).
// The rules are those of the format's reference: symmetric to +-127, or asymmetric over the range that includes 0.
#pragma once
#include <stdint.h>

namespace midge {

struct HybridScale {
  float scale = 1;
  int32_t zero_point = 0;
};

/// out[i] = round(in[i] * 127 / max |in|), ties away from zero.
HybridScale quantize_symmetric(const float* in, int32_t n, int8_t* out);

/// out[i] = zero_point + round(in[i] / scale), with scale = (max - min) / 255 over the values and 0, saturated.
HybridScale quantize_asymmetric(const float* in, int32_t n, int8_t* out);

}  // namespace midge
