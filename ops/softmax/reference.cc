// SOFTMAX, as the contract writes it.
#include "base/float_math.h"
#include "base/span.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/softmax/softmax.h"

namespace midge {
namespace {

/// e^(beta * difference) in Q0.
int32_t exp_of_difference(const SoftmaxS8& p, int32_t difference) {
  return fixed_exp_negative(rounding_doubling_high_mul(shift_left(difference, p.beta.shift), p.beta.value), 5);
}

}  // namespace

void softmax_s8_reference(const SoftmaxS8& p, const int8_t* in, int8_t* out) {
  constexpr int32_t kSumBits = 12;  // integer bits of the sum
  for (int32_t r = 0; r < p.rows; ++r, in += p.depth, out += p.depth) {
    int32_t most = -128;
    for (int32_t i = 0; i < p.depth; ++i) most = max<int32_t>(most, in[i]);
    int32_t sum = 0;
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t difference = in[i] - most;
      if (difference >= p.diff_min) sum = wrapping_add(sum, rounding_divide_by_pot(exp_of_difference(p, difference), kSumBits));
    }
    int32_t over_unit;
    // From 8192 equal inputs on the sum may wrap to 0, where the contract says nothing; it has no reciprocal.
    const int32_t scale = fixed_reciprocal(sum == 0 ? 1 : sum, kSumBits, &over_unit);
    const int32_t exponent = clamp<int32_t>(over_unit + 31 - 8, 0, 31);
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t difference = in[i] - most;
      int32_t v = -128;
      if (difference >= p.diff_min) {
        v = rounding_divide_by_pot(rounding_doubling_high_mul(scale, exp_of_difference(p, difference)), exponent) - 128;
      }
      out[i] = static_cast<int8_t>(clamp<int32_t>(v, -128, 127));
    }
  }
}

void softmax_f32_reference(const SoftmaxF32& p, const float* in, float* out) {
  for (int32_t r = 0; r < p.rows; ++r, in += p.depth, out += p.depth) {
    float most = in[0];
    for (int32_t i = 1; i < p.depth; ++i) most = max(most, in[i]);
    float sum = 0;
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = exp_f32((in[i] - most) * p.beta);
      sum += out[i];
    }
    for (int32_t i = 0; i < p.depth; ++i) out[i] /= sum;
  }
}

}  // namespace midge
