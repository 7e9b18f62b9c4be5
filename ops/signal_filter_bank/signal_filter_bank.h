// SignalFilterBank: energies of frequencies to energies of channels. Channel c overlaps with the one before it:
//
//   out[c] = sum over j of in[f[c] + j] * unweights[w[c] + j]              j < widths[c]
//          + sum over j of in[f[c + 1] + j] * weights[w[c + 1] + j]        j < widths[c + 1]
//
// with f = channel_frequency_starts, w = channel_weight_starts; modulo 2^64.
//
// Types: uint32; weights, unweights, f, w and widths int16 (inputs 1 to 5; the last three hold one more than the channels, and may be
// computed: kBadData where they lead out of the others); uint64. Options: num_channels.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalFilterBank {
  int32_t channels, frequencies, weights;
};

}  // namespace midge
