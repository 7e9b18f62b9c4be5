// Weights of 4 or 2 bits, signed, two or four a byte, the first in the lowest bits, rows without gaps.
#pragma once
#include <stdint.h>

namespace midge {

/// Unpacks the elements [first, first + count) of `bits` (4 or 2) each.
void unpack_s8(const void* packed, int32_t bits, int32_t first, int32_t count, int8_t* out);

/// Elements of 8, 4 or 2 bits as int8: those of 8 where they are, others unpacked into `buffer`, which holds `count`.
inline const int8_t* as_s8(const void* elements, int32_t bits, int32_t first, int32_t count, int8_t* buffer) {
  if (bits == 8) return static_cast<const int8_t*>(elements) + first;
  unpack_s8(elements, bits, first, count, buffer);
  return buffer;
}

}  // namespace midge
