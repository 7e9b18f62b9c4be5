// FULLY_CONNECTED for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_fully_connected() {
  return {.equation = "out[b,o] = act(bias[o] + sum of in[b,i] * filter[o,i])",
          .types =
              "int8 or int16 with weights of 8, 4 or 2 bits; int16 with int16 weights; uint8; uint8 to int16; float32; float32 with "
              "weights of 8, 4 or 2 bits (hybrid)",
          .constraints = {"Filter of rank 2 [O, I] in the default weights format; the input's element count is a multiple of I.",
                          "An integer filter has one scale, or (not uint8) is symmetric with one an output.",
                          "A filter's zero point is 0 with weights of 4 or 2 bits and in hybrid; int16 activations have zero point 0.",
                          "Bias is int32, with int16 activations also int64, with float32 ones float32, or absent.",
                          "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."},
          .contracts =
              "litert scales the accumulator in double precision and rounds halves away from zero; tflm scales in fixed point, "
              "from the product of input and filter scale in single precision where the filter has one scale.",
          .macs = [](const OpInstance& op) {
            return static_cast<uint64_t>(op.outputs[0].shape.count()) * static_cast<uint64_t>(op.inputs[1].shape[1]);
          }};
}

}  // namespace midge
