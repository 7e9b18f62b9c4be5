// LOG_SOFTMAX, as the contract writes it.
#include "base/float_math.h"
#include "ops/log_softmax/log_softmax.h"

namespace midge {

template <class T>
void log_softmax_q_reference(const LogSoftmaxQ& p, const T* in, T* out) {
  constexpr int32_t kHigh = T(-1) > T(0) ? 255 : 127, kLow = kHigh - 255;
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    const int32_t most = largest_of(in, depth);
    const int32_t sum = sum_of_exponentials(p.exponentials, in, depth, most);
    // From 4096 equal inputs on the sum may wrap, where the contract says nothing.
    const int32_t log_sum = fixed_log(sum <= 0 ? INT32_MAX : sum, Exponentials::kSumBits);
    // Differences at and below this would leave Q5 when the logarithm is subtracted.
    const int32_t lowest = multiply_twice_rounded(wrapping_add(log_sum, INT32_MIN), p.inverse.value, p.inverse.shift);
    const int32_t least = max(p.exponentials.least - 1, lowest);
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t difference = in[i] - most;
      int32_t v = kLow;
      if (difference > least) v = kHigh + rounding_divide_by_pot(scaled_difference(p.exponentials, difference) - log_sum, 31 - 5 - 4);
      out[i] = static_cast<T>(clamp(v, kLow, kHigh));
    }
  }
}

template void log_softmax_q_reference(const LogSoftmaxQ&, const int8_t*, int8_t*);
template void log_softmax_q_reference(const LogSoftmaxQ&, const uint8_t*, uint8_t*);

void log_softmax_f32_reference(const RowShape& s, const float* in, float* out) {
  for (int32_t r = 0; r < s.rows; ++r, in += s.depth, out += s.depth) {
    float most = in[0];
    for (int32_t i = 1; i < s.depth; ++i) most = max(most, in[i]);
    float sum = 0;
    for (int32_t i = 0; i < s.depth; ++i) sum += exp_f32(in[i] - most);
    const float log_sum = log_f32(sum);
    for (int32_t i = 0; i < s.depth; ++i) out[i] = in[i] - most - log_sum;
  }
}

}  // namespace midge
