// Portable C++: what runs where no ISA file is better.
#include "kernels/depthwise_s8/depthwise_s8.h"

#include "base/fixed_point.h"

namespace midge {

void depthwise_s8_tap(const int8_t* x, const int8_t* w, int32_t n, int32_t offset, int32_t* acc) {
  for (int32_t c = 0; c < n; ++c) acc[c] = wrapping_add(acc[c], (x[c] + offset) * w[c]);
}

void depthwise_s8_tap_broadcast(int8_t x, const int8_t* w, int32_t n, int32_t offset, int32_t* acc) {
  const int32_t v = x + offset;
  for (int32_t c = 0; c < n; ++c) acc[c] = wrapping_add(acc[c], v * w[c]);
}

}  // namespace midge
