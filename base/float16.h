// Half precision (IEEE 754 binary16), by its bits.
#pragma once
#include <stdint.h>

#include "base/memory.h"

namespace midge {

/// Exact.
inline float float_of_half(uint16_t half) {
  constexpr float kSmallest = 5.9604644775390625e-8f;  // 2^-24
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16, magnitude = half & 0x7fff;
  if (magnitude < 0x400) {  // zero or subnormal
    const float f = static_cast<float>(magnitude) * kSmallest;
    return sign != 0 ? -f : f;
  }
  const uint32_t bits = sign | (magnitude < 0x7c00 ? (magnitude << 13) + (112u << 23) : magnitude << 13 | 0x7f800000);
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

/// Rounded to nearest, ties to even; infinity from 65520 on.
inline uint16_t half_of_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return static_cast<uint16_t>(sign | 0x7e00);  // NaN
  if (magnitude >= 0x477ff000) return static_cast<uint16_t>(sign | 0x7c00);
  if (magnitude < 0x33000001) return static_cast<uint16_t>(sign);  // up to 2^-25
  const uint32_t exponent = magnitude >> 23;
  const bool normal = exponent > 112;
  const uint32_t mantissa = normal ? magnitude - (112u << 23) : (magnitude & 0x7fffff) | 0x800000;
  const uint32_t drop = normal ? 13 : 126 - exponent;
  const uint32_t half = 1u << (drop - 1), odd = mantissa >> drop & 1;
  return static_cast<uint16_t>(sign | (mantissa + half - 1 + odd) >> drop);
}

}  // namespace midge
