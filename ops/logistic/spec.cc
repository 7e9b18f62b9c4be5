// LOGISTIC for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_logistic() {
  return {.equation = "out = 1 / (1 + e^-x)",
          .types = "int8; uint8; int16; float32",
          .constraints = {"The output's scale is 1 / 256 for 8 bits, 1 / 32768 for int16.", "int16 has zero points of 0."},
          .contracts = "int8: litert rounds the function, tflm computes in fixed point and wants an output zero point of -128."};
}

}  // namespace midge
