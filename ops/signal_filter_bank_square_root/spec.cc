// SignalFilterBankSquareRoot for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_filter_bank_square_root() {
  return {.equation = "out = sqrt(in) >> scale_bits",
          .types = "uint64 with int32 scale_bits, to uint32",
          .constraints = {"Rank 1; scale_bits, one element, is 0 to 31 at run time."}};
}

}  // namespace midge
