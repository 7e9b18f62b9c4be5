// SignalFilterBankSpectralSubtraction: takes a running estimate of the noise off each channel.
//
//   x       = in[i] << smoothing_bits
//   noise   = (x * s + noise * t) >> spectral_subtraction_bits
//   out[i]  = max((x - min(noise, x)) >> smoothing_bits, (in[i] * min_signal_remaining) >> spectral_subtraction_bits)
//
// with s, t = smoothing, one_minus_smoothing in even channels and alternate_smoothing, alternate_one_minus_smoothing in odd ones. With
// `clamping` the noise is not kept above x. The second output is the noise, which lasts to the next inference and starts at 0.
//
// Types: uint32; products 64 bits, x and the noise modulo 2^32. Options: those above, and num_channels.
#pragma once
#include "kernels/signal/front_end.h"
#include "ops/common/signal.h"

namespace midge {

struct SignalFilterBankSpectralSubtraction {
  int32_t channels;
  SpectralSubtraction options;
  // then uint32_t noise[channels]
};

}  // namespace midge
