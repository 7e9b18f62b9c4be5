// SignalPCAN: per-channel amplitude normalisation. The gain of a channel is a function of its noise estimate, given as a table of
// quadratic pieces, one for each power of two:
//
//   snr    = (in[i] * gain(noise[i])) >> snr_shift                       12 bits of fraction
//   out[i] = shrink(snr), shrink(y) = y^2 / 4 below 2, y - 1 above      6 bits of fraction
//
// Types: uint32 (in and noise) and int16 (the table, 125 entries: gain(0), gain(1), gain(2), then from entry 4 n - 6 on a base, a slope and
// a curvature for numbers of n bits); uint32. Options: snr_shift.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalPcan {
  int32_t channels, snr_shift;
};

}  // namespace midge
