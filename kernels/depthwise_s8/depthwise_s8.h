// depthwise_s8: the inner step of int8 depthwise convolution, one tap for a run of channels.
//
//   acc[c] += (x[c] + offset) * w[c]        for c < n
//
// x and w are any int8, offset is minus the zero point of x. Cost: about 6 instructions per MAC on Cortex-M4.
#pragma once
#include <stdint.h>

namespace midge {

void depthwise_s8_tap(const int8_t* x, const int8_t* w, int32_t n, int32_t offset, int32_t* acc);

/// The same where all n products take the one input x: channel multipliers above 1.
void depthwise_s8_tap_broadcast(int8_t x, const int8_t* w, int32_t n, int32_t offset, int32_t* acc);

}  // namespace midge
