// MUL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_mul() {
  return {.equation = "out = act(a * b), shapes broadcast",
          .types = "int8; uint8; int16, to int16, int8 or uint8; int32; uint32; int64; float32",
          .constraints = {"Both inputs have one type; ranks up to 6.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6.",
                          "Zero points of int16 are 0; int16 may be without scales, then it wraps around.",
                          "int16 to int8 or uint8 multiplies fixed-point numbers below 1, whatever their scales."},
          .contracts = "litert takes the ratio of quantised scales in single precision, tflm in double."};
}

}  // namespace midge
