// SignalFilterBankLog for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_signal_filter_bank_log() {
  return {.equation = "out = output_scale * ln(in << input_correction_bits)", .types = "uint32 to int16", .constraints = {"Rank 1."}};
}

}  // namespace midge
