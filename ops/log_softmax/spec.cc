// LOG_SOFTMAX for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_log_softmax() {
  return {.equation = "out[r,i] = in[r,i] - log(sum over j of e^in[r,j])",
          .types = "int8; uint8; float32",
          .constraints = {"Rank at least 1; along the last dimension.",
                          "The output's scale is 1/16 and its zero point the largest number of its type."}};
}

}  // namespace midge
