// DIV for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_div() {
  return {.equation = "out = act(a / b), shapes broadcast",
          .types = "int8; uint8; int16; int32; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6.",
                          "A divisor of 0 in the data is refused, but for float32."},
          .contracts = "litert takes the ratio of quantised scales in single precision, tflm in double."};
}

}  // namespace midge
