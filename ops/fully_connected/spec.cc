// FULLY_CONNECTED for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_fully_connected() {
  return {.equation = "out[b,o] = act(bias[o] + sum of in[b,i] * filter[o,i])",
          .types = "int8; float32; float32 with int8 filter (hybrid)",
          .constraints = {"Filter of rank 2 [O, I] in the default weights format; the input's element count is a multiple of I.",
                          "An int8 filter has one scale, or is symmetric with one an output.",
                          "Bias is int32 (int8) or float32, or absent.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."},
          .macs = [](const OpInstance& op) {
            return static_cast<uint64_t>(op.outputs[0].shape.count()) * static_cast<uint64_t>(op.inputs[1].shape[1]);
          }};
}

}  // namespace midge
