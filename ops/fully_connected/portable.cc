// FULLY_CONNECTED int8 over gemm_s8: four outputs share the loads of the input.
#include "kernels/gemm_s8/gemm_s8.h"
#include "ops/fully_connected/fully_connected.h"

namespace midge {

void fully_connected_s8_portable(const FullyConnectedQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out) {
  const FullyConnectedShape& s = p.shape;
  for (int32_t b = 0; b < s.batches; ++b, in += s.inputs) {
    for (int32_t o = 0; o < s.outputs;) {
      const int32_t block = s.outputs - o >= 4 ? 4 : 1;
      int32_t acc[4] = {};
      for (int32_t k = 0; k < block; ++k) acc[k] = bias == nullptr ? 0 : bias[o + k];
      if (block == 4) {
        gemm_s8_x4(in, filter + o * s.inputs, s.inputs, s.inputs, p.input_offset, acc);
      } else {
        acc[0] = wrapping_add(acc[0], gemm_s8_x1(in, filter + o * s.inputs, s.inputs, p.input_offset));
      }
      for (int32_t k = 0; k < block; ++k, ++o) *out++ = static_cast<int8_t>(fully_connected_requantize(p, acc[k], o));
    }
  }
}

}  // namespace midge
