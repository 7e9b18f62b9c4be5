// What SignalRfft and SignalIrfft share: rows of `samples` reals on one side, L + 2 values, the L / 2 + 1 complex numbers of which
// kernels/fft/fft.h tells, on the other.
#pragma once
#include "kernels/fft/fft.h"
#include "ops/common/signal.h"

namespace midge {

struct SignalFft {
  int32_t rows, samples;
  FftStages stages;
  // then the twiddles: Complex<T>[real_fft_twiddles(L)]
};

/// The option fft_length, L. kUnsupportedOption unless it is even and half of it, at least 2, is a product of twos, threes and fives.
Status fft_length_option(const PrepareContext& c, int32_t* length, FftStages* stages);

/// Allocates and fills the prepared data.
template <class T>
Status prepare_fft(PrepareContext& c, const SignalFft& data, bool inverse) {
  SignalFft* p;
  MIDGE_TRY(c.allocate(&p, real_fft_twiddles(2 * data.stages.points) * sizeof(Complex<T>)));
  *p = data;
  fill_real_fft_twiddles(data.stages.points, inverse, reinterpret_cast<Complex<T>*>(p + 1));
  return Code::kOk;
}

template <class T>
const Complex<T>* twiddles_of(const SignalFft& p) {
  return reinterpret_cast<const Complex<T>*>(&p + 1);
}

}  // namespace midge
