// See signal_fft.h.
#include "ops/common/signal_fft.h"

#include "ops/common/custom_options.h"

namespace midge {

Status fft_length_option(const PrepareContext& c, int32_t* length, FftStages* stages) {
  CustomOptions options(c);
  *length = options.integer("fft_length", 4, INT32_MAX - 2);
  MIDGE_TRY(options.status());
  return plan_real_fft(*length, stages) ? Code::kOk : Code::kUnsupportedOption;
}

}  // namespace midge
