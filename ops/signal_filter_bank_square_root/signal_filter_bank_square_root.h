// SignalFilterBankSquareRoot: out[i] = sqrt(in[i]) >> scale_bits, the root rounded to nearest; that of a number below 2^32 is at most
// 65535.
//
// Types: uint64 to uint32; scale_bits, a computed int32 scalar, is 0 to 31: kBadData otherwise.
#pragma once
#include "ops/common/signal.h"

namespace midge {

struct SignalFilterBankSquareRoot {
  int32_t count;
};

}  // namespace midge
