// MUL: out = act(a * b), the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8, uint8 and int16 (each tensor with a scale of its own; zero points of int16 are 0), int32, uint32, int64, float32; int16
// without scales. Integers without scales wrap around. int16 inputs with an int8 or uint8 output are fixed-point numbers below 1, whatever their
// scales: 15 fraction bits in, 7 out. Prepared data are those of ops/common/binary.h.
#pragma once
#include "ops/common/binary.h"

namespace midge {

/// out = clamp(a * b) in the quantised domain.
template <class T>
T quantized_product(const QuantizedProduct& p, T a, T b) {
  return static_cast<T>(requantize_pair(p.pair, (a + p.pair.a_offset) * (b + p.pair.b_offset), p.result));
}

/// The product of two numbers with 15 fraction bits, first rounded to 15 bits, then to 7.
template <class T>
T fixed_product(const QuantizedProduct& p, int16_t a, int16_t b) {
  const int32_t high = min((a * b + (1 << 14)) >> 15, 32767);
  return static_cast<T>(clamp(rounding_divide_by_pot(high, 8) + p.pair.out.offset, p.pair.out.low, p.pair.out.high));
}

}  // namespace midge
