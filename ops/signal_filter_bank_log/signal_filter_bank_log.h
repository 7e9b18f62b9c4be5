// SignalFilterBankLog: out[i] = output_scale * ln(x), x = in[i] << input_correction_bits modulo 2^32; 0 where x < 2; at most 32767.
//
// Types: uint32 to int16. In integers, from a table of log2 in 128 pieces; output_scale * ln(x), with 16 bits of fraction, is taken modulo
// 2^32, so that scales from 2954 on wrap for large x. Options: output_scale, input_correction_bits.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalFilterBankLog {
  int32_t count;
  int32_t correction_bits;
  uint32_t scale;
};

}  // namespace midge
