// From an int32 accumulator to an int8 output: multiply by the channel's real scale (rounding twice), add the output's
// zero point, clamp to the fused activation. The last step of every integer kernel.
#pragma once
#include "base/fixed_point.h"
#include "base/span.h"

namespace midge {

/// The part of requantisation that all channels share.
struct OutputStage {
  int32_t offset = 0;  ///< output zero point
  int32_t low = -128;  ///< smallest output, from the fused activation
  int32_t high = 127;
};

inline int8_t requantize(int32_t acc, int32_t multiplier, int32_t shift, const OutputStage& out) {
  return static_cast<int8_t>(clamp(wrapping_add(multiply_twice_rounded(acc, multiplier, shift), out.offset), out.low, out.high));
}

/// The same for outputs of other types: within [out.low, out.high].
inline int32_t requantize(int32_t acc, Multiplier m, const OutputStage& out) {
  return clamp(wrapping_add(multiply_twice_rounded(acc, m.value, m.shift), out.offset), out.low, out.high);
}

}  // namespace midge
