// TANH for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_tanh() {
  return {
      .equation = "out = tanh(x)",
      .types = "int8; uint8; int16; float32",
      .constraints = {"The int16 output's scale is 1 / 32768.", "int16 has zero points of 0."},
      .contracts = "int8: litert rounds the function, tflm computes in fixed point and wants an output scale of 1 / 128, zero point 0."};
}

}  // namespace midge
