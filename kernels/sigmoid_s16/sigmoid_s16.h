// LOGISTIC and TANH of int16, as the format defines them: the input is scaled, then looked up in sigmoid_table_s16.h.
#pragma once
#include "base/fixed_point.h"

namespace midge {

/// x scaled by multiplier / 2^right, rounded to nearest, ties up: 3 * 4096 is 1.
struct SigmoidScale {
  int32_t multiplier;  ///< at most 65535
  int32_t right;       ///< 0 to 31
};

/// 1 / (1 + e^-x), as Q0.15.
int16_t logistic_s16(int16_t x, SigmoidScale scale);

/// tanh(x), as Q0.15.
int16_t tanh_s16(int16_t x, SigmoidScale scale);

}  // namespace midge
