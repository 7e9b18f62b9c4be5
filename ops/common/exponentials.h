// e^(beta * (x - most)) of a row of int8 or uint8, and their sum: what SOFTMAX and LOG_SOFTMAX begin with. Differences to the row's
// maximum in Q5, their exponentials in Q0, the sum in Q12.
#pragma once
#include "base/span.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/context.h"

namespace midge {

struct Exponentials {
  Multiplier scale;    ///< beta * input scale, to Q5; shift > 0
  int32_t least;       ///< the smallest difference that counts; those below contribute nothing

  static constexpr int32_t kSumBits = 12;  ///< integer bits of the sum
};

/// kScaleRange if a step of the input is less than one of Q5.
Status prepare_exponentials(float input_scale, float beta, Exponentials* out);

/// difference * scale, in Q5.
inline int32_t scaled_difference(const Exponentials& e, int32_t difference) {
  return rounding_doubling_high_mul(shift_left(difference, e.scale.shift), e.scale.value);
}

inline int32_t exponential_of(const Exponentials& e, int32_t difference) { return fixed_exp_negative(scaled_difference(e, difference), 5); }

template <class T>
int32_t largest_of(const T* row, int32_t n) {
  T most = row[0];
  for (int32_t i = 1; i < n; ++i) most = max(most, row[i]);
  return most;
}

/// Wraps where more than 4,095 elements are near the maximum.
template <class T>
int32_t sum_of_exponentials(const Exponentials& e, const T* row, int32_t n, int32_t most) {
  int32_t sum = 0;
  for (int32_t i = 0; i < n; ++i) {
    const int32_t difference = row[i] - most;
    if (difference >= e.least) sum = wrapping_add(sum, rounding_divide_by_pot(exponential_of(e, difference), Exponentials::kSumBits));
  }
  return sum;
}

}  // namespace midge
