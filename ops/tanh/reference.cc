// TANH: the functions themselves.
#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/tanh/tanh.h"

namespace midge {

float tanh_real(float x) { return tanh_as_libm(x); }

int8_t tanh_q4_to_s8(int32_t x) { return static_cast<int8_t>(clamp<int32_t>(rounding_divide_by_pot(fixed_tanh(x), 24), -128, 127)); }

void tanh_f32_reference(const float* in, int32_t n, float* out) {
  for (int32_t i = 0; i < n; ++i) {
    const float x = in[i];
    out[i] = tanh_f32(x);
  }
}

}  // namespace midge
