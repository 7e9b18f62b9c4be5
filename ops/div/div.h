// DIV: out = act(a / b), the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, uint8 and int16 (each tensor with a scale and zero point of its own), int32 (rounded towards zero), float32. A divisor of zero is
// refused at run time (kBadData) but for float32, where the result is clamped to the largest finite numbers.
#pragma once
#include "ops/common/binary.h"

namespace midge {

constexpr int32_t kMostQuotientShift = 15;  // of the ratio of the scales, so that no quotient is shifted left

/// out = clamp(a / b) in the quantised domain: a, shifted up as far as it goes, times the reciprocal of b, times the ratio of the scales.
int32_t quantized_quotient(const QuantizedProduct& p, int32_t a, int32_t b);

}  // namespace midge
