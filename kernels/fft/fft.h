// The Fourier transform of a real signal and its inverse, in the arithmetic of kissfft, which TFLM's signal operators are defined by:
//
//   out[k] = g * sum over n of in[n] * e^(-2 pi i k n / L)        k = 0 .. L/2, n = 0 .. L - 1
//   in[n]  = g * sum over k of out[k] * e^(2 pi i k n / L)        k = 0 .. L - 1, out[L - k] the conjugate of out[k]
//
// float: g is 1. int16 and int32, in Q15 and Q31: each stage divides by its radix first, so that g is 1/L, forward and backward; still,
// extreme values may pass the type's range, and then wrap.
//
// A transform of L = 2 N reals is one of N complex numbers, decimated in time, and a step that takes two interleaved signals apart
// (or puts them together). The bits of the result depend on the order of the radices (fours, then a two, threes, fives), on each
// rounding (to nearest, ties up), and on twiddles that are rounded from double precision; so none of these may be "improved". Both run
// in the output's memory: the input is written there in digit-reversed order.
#pragma once
#include "base/span.h"

namespace midge {

template <class T>
struct Complex {
  T re, im;
};

/// The stages of a transform of N complex numbers.
struct FftStages {
  static constexpr int32_t kMost = 20;  // 2 * 3^19 exceeds 2^31
  int32_t points;                       ///< N
  int32_t count;
  uint8_t radices[kMost];               ///< each 2, 3, 4 or 5; the first is that of the last stage to run
};
/// False unless `real_length` is even and half of it, at least 2, has no prime factors but 2, 3 and 5.
bool plan_real_fft(int32_t real_length, FftStages* out);

/// Twiddles of a transform: N for its stages, then N / 2 for the step between complex and real.
constexpr uint64_t real_fft_twiddles(int32_t real_length) {
  return static_cast<uint32_t>(real_length) / 2u + static_cast<uint32_t>(real_length) / 4u;
}
/// For T = int16_t, int32_t and float, as all that follows.
template <class T>
void fill_real_fft_twiddles(int32_t points, bool inverse, Complex<T>* twiddles);

/// The transform of `samples` values, followed by zeros up to 2 N, as N + 1 complex numbers.
template <class T>
void real_fft(const FftStages& stages, const Complex<T>* twiddles, const T* in, int32_t samples, Complex<T>* out);

/// The inverse, of N + 1 complex numbers, as N pairs of consecutive samples. float: times L.
template <class T>
void inverse_real_fft(const FftStages& stages, const Complex<T>* twiddles, const Complex<T>* in, Complex<T>* out);

}  // namespace midge
