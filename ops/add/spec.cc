// ADD for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_add() {
  return {.equation = "out = act(a + b), shapes broadcast",
          .types = "int8; uint8; int16; int32; int64; float32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6.",
                          "Zero points of int16 are 0; int16 may be without scales, then it wraps around."},
          .contracts =
              "int16 scales that are powers of two, with the option for it: litert shifts and rounds once, tflm multiplies as for other "
              "scales."};
}

}  // namespace midge
