// SOFTMAX for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_softmax() {
  return {.equation = "out[r,i] = e^(beta*in[r,i]) / sum over j of e^(beta*in[r,j])",
          .types = "int8; float32",
          .constraints = {"Rank at least 1; along the last dimension.", "The int8 output's scale is 1/256 and its zero point -128."}};
}

}  // namespace midge
