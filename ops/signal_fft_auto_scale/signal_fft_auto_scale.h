// SignalFftAutoScale: out[i] = in[i] << bits, with as many bits as the largest magnitude leaves free, so that a fixed-point FFT loses
// little. The second output, a scalar, is bits; SignalFilterBankSquareRoot takes it back.
//
// Types: int16; bits int32. Zeros alone are not shifted. The magnitude of -32768 counts as -32768, as in TFLM: samples after it
// decide, and what then does not fit wraps.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalFftAutoScale {
  int32_t count;
};

}  // namespace midge
