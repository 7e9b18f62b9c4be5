// SignalRfft: the Fourier transform of each row, in[.., samples] followed by zeros up to fft_length, as the real and imaginary parts of
// fft_length / 2 + 1 numbers: out[.., fft_length + 2].
//
// Types: int16, int32, float32; scaling and rounding as kernels/fft/fft.h tells. Options: fft_length, 2 * 2^a * 3^b * 5^c and at least 4
// (TFLM crashes at others).
#pragma once
#include "ops/common/signal_fft.h"
