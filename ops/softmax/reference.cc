// SOFTMAX, as the contract writes it.
#include "base/float_math.h"
#include "base/span.h"
#include "kernels/fixed_math/softmax_s16.h"
#include "ops/softmax/softmax.h"

namespace midge {
namespace {

int32_t saturate_s16(int32_t x) { return clamp<int32_t>(x, -32768, 32767); }

}  // namespace

template <class In, class Out>
void softmax_q_reference(const SoftmaxQ& p, const In* in, Out* out) {
  constexpr int32_t kBits = sizeof(Out) * 8;
  constexpr int32_t kLow = Out(-1) > Out(0) ? 0 : -(1 << (kBits - 1)), kHigh = kLow + (1 << kBits) - 1;
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    const int32_t most = largest_of(in, depth);
    const int32_t sum = sum_of_exponentials(p.exponentials, in, depth, most);
    int32_t over_unit;
    // From 8192 equal inputs on the sum may wrap to 0, where the contract says nothing; it has no reciprocal.
    const int32_t scale = fixed_reciprocal(sum == 0 ? 1 : sum, Exponentials::kSumBits, &over_unit);
    const int32_t exponent = clamp<int32_t>(over_unit + 31 - kBits, 0, 31);
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t difference = in[i] - most;
      int32_t v = kLow;
      if (difference >= p.exponentials.least) {
        v += rounding_divide_by_pot(rounding_doubling_high_mul(scale, exponential_of(p.exponentials, difference)), exponent);
      }
      out[i] = static_cast<Out>(clamp(v, kLow, kHigh));
    }
  }
}

template void softmax_q_reference(const SoftmaxQ&, const int8_t*, int8_t*);
template void softmax_q_reference(const SoftmaxQ&, const int8_t*, int16_t*);
template void softmax_q_reference(const SoftmaxQ&, const uint8_t*, uint8_t*);
template void softmax_q_reference(const SoftmaxQ&, const uint8_t*, int16_t*);

void softmax_s16_reference(const SoftmaxS16& p, const int16_t* in, int16_t* out) {
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    const int32_t most = largest_of(in, depth);
    int32_t sum = 0;  // 15 fraction bits
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t scaled = multiply_twice_rounded(in[i] - most, p.beta.value, p.beta.shift);
      out[i] = softmax_exp_s16(saturate_s16(wrapping_add(scaled, 32767)));  // [-10, 0] fills 16 bits
      sum += out[i];
    }
    const int32_t lead = __builtin_clz(static_cast<uint32_t>(sum));
    const int32_t normal = static_cast<int32_t>(((static_cast<int64_t>(sum) << (lead - 1)) + (1 << 13)) >> 14);  // in [1, 2), 16 fraction bits
    const int32_t scale = softmax_reciprocal_s16(saturate_s16(normal - (1 << 16) - (1 << 15)), p.single_precision != 0);
    const int32_t right = 31 - lead;
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t v = (out[i] * scale + (1 << (right - 1))) >> right;
      out[i] = static_cast<int16_t>(clamp<int32_t>(v, 0, 32767));
    }
  }
}

void softmax_f32_reference(const SoftmaxF32& p, const float* in, float* out) {
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    float most = in[0];
    for (int32_t i = 1; i < depth; ++i) most = max(most, in[i]);
    float sum = 0;
    for (int32_t i = 0; i < depth; ++i) {
      out[i] = exp_f32((in[i] - most) * p.beta);
      sum += out[i];
    }
    for (int32_t i = 0; i < depth; ++i) out[i] /= sum;
  }
}

}  // namespace midge
