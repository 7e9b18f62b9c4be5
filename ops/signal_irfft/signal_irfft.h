// SignalIrfft: what SignalRfft has made back to samples: in[.., fft_length + 2] to out[.., fft_length].
//
// Types: int16, int32, float32. Divided by fft_length. For float32 that gives the samples back; for the others, whose forward transform was
// divided too, samples / fft_length: see kernels/fft/fft.h. Options: fft_length, as of SignalRfft.
#pragma once
#include "ops/common/signal_fft.h"
