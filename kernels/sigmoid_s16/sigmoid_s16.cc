// See sigmoid_s16.h.
#include "kernels/sigmoid_s16/sigmoid_s16.h"

#include "kernels/sigmoid_s16/sigmoid_table_s16.h"

namespace midge {
namespace {

int32_t scaled(int16_t x, SigmoidScale s) {
  const int32_t half = s.right > 0 ? INT32_C(1) << (s.right - 1) : 0;
  return wrapping_add(x * s.multiplier, half) >> s.right;
}

}  // namespace

int16_t logistic_s16(int16_t x, SigmoidScale scale) { return table_logistic_s16(scaled(x, scale)); }

int16_t tanh_s16(int16_t x, SigmoidScale scale) { return table_tanh_s16(scaled(x, scale)); }

}  // namespace midge
