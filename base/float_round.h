// Rounding floats to integers, without libm. What is an integer already, or no number, comes back as it is.
#pragma once
#include <stdint.h>

namespace midge {

/// Whether |x| is so large that it has no fraction, or x is NaN.
inline bool has_no_fraction(float x) { return !(x > -8388608.0f && x < 8388608.0f); }

/// The largest integer up to x.
inline float floor_f32(float x) {
  if (has_no_fraction(x)) return x;
  const float whole = static_cast<float>(static_cast<int32_t>(x));
  return whole > x ? whole - 1.0f : whole;
}

/// The smallest integer from x on.
inline float ceil_f32(float x) {
  if (has_no_fraction(x)) return x;
  const float whole = static_cast<float>(static_cast<int32_t>(x));
  return whole < x ? whole + 1.0f : whole;
}

/// The nearest integer, ties to even.
inline float round_f32(float x) {
  if (has_no_fraction(x)) return x;
  const int32_t below = static_cast<int32_t>(floor_f32(x));
  const float rest = x - static_cast<float>(below);
  const bool up = rest > 0.5f || (rest == 0.5f && (below & 1) != 0);
  return static_cast<float>(below + (up ? 1 : 0));
}

}  // namespace midge
