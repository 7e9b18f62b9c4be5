// HARD_SWISH: out = x * min(max(x + 3, 0), 6) / 6
//
// Types: int8 and uint8, in the contract's 16-bit fixed point; float32.
#pragma once
#include "ops/common/unary.h"

namespace midge {

struct HardSwish8 {
  /// value / 2^15 * 2^exponent
  struct Multiplier16 {
    int32_t value;
    int32_t exponent;
  };

  int32_t count;
  int32_t input_offset;  ///< minus the input's zero point
  Multiplier16 output;   ///< input scale / 128 / output scale; exponent from -15 to 0
  Multiplier16 gate;     ///< input scale / 128 / (3 / 2^15); exponent at least -15
  OutputStage out;
};

/// x less the zero point.
int32_t hard_swish_reference(const HardSwish8& p, int32_t x);

}  // namespace midge
