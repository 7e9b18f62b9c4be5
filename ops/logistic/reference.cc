// LOGISTIC: the functions themselves.
#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/logistic/logistic.h"

namespace midge {

float logistic_real(float x) { return 1.0f / (1.0f + exp_nearest(-x)); }

int8_t logistic_q4_to_s8(int32_t x) {
  return static_cast<int8_t>(clamp<int32_t>(rounding_divide_by_pot(fixed_logistic(x), 23) + -128, -128, 127));
}

void logistic_f32_reference(const float* in, int32_t n, float* out) {
  for (int32_t i = 0; i < n; ++i) {
    const float x = in[i];
    out[i] = 1.0f / (1.0f + exp_f32(-x));
  }
}

}  // namespace midge
