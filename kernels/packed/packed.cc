// See packed.h.
#include "kernels/packed/packed.h"

namespace midge {

void unpack_s8(const void* packed, int32_t bits, int32_t first, int32_t count, int8_t* out) {
  const int32_t per_byte = 8 / bits, sign = 1 << (bits - 1), mask = 2 * sign - 1;
  const uint8_t* from = static_cast<const uint8_t*>(packed) + first / per_byte;
  int32_t shift = first % per_byte * bits;
  for (int32_t i = 0; i < count; ++i) {
    out[i] = static_cast<int8_t>((((*from >> shift) & mask) ^ sign) - sign);
    shift += bits;
    if (shift == 8) shift = 0, ++from;
  }
}

}  // namespace midge
