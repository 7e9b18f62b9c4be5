// SVDF for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_svdf() {
  return {
      .equation = "out[b,u] = act(bias[u] + sum of state[b,f,t] * time[f,t]), state[b,f] being the last sums of in[b,i] * feature[f,i]",
      .types = "int8 with time weights and state of int16 or of int8; float32; float32 with int8 weights (hybrid)",
      .constraints = {"Input [B, I], feature [F, I], time [F, T], state [B, F * T]; F is a multiple of the rank option.",
                      "The state is a variable; weights, and a state of int16, have zero point 0.",
                      "Bias is int32 (int8) or float32, or absent.",
                      "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6; with int8 NONE or RELU, which does not clamp: the output's "
                      "zero point is to see to that."},
      .contracts =
          "float32 sums are in four interleaved parts and end with the bias under litert; they are in order and begin with it under tflm.",
      .macs = [](const OpInstance& op) {
        const uint64_t outputs = static_cast<uint64_t>(op.inputs[0].shape[0]) * static_cast<uint64_t>(op.inputs[1].shape[0]);
        return outputs * static_cast<uint64_t>(op.inputs[0].shape[1] + op.inputs[2].shape[1]);
      }};
}

}  // namespace midge
