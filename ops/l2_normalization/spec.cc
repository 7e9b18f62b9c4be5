// L2_NORMALIZATION for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_l2_normalization() {
  return {.equation = "out[r,i] = in[r,i] / root of the sum over j of in[r,j]^2",
          .types = "int8; uint8; float32",
          .constraints = {"Rank at least 1; along the last dimension, of at most 33,025 elements for int8 and uint8.",
                          "The output's scale is 1/128; its zero point 0 for int8, 128 for uint8.", "No fused activation."}};
}

}  // namespace midge
