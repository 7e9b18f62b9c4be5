// DEPTHWISE_CONV_2D for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_depthwise_conv_2d() {
  return {.equation = "out[b,y,x,i*M+m] = act(bias[i*M+m] + sum of in[b, y*sh+dy*dh-pt, x*sw+dx*dw-pl, i] * filter[0,dy,dx,i*M+m])",
          .types = "int8 with int8 or int4 filter; int16 with int8 filter; uint8; float32; float32 with int8 filter (hybrid)",
          .constraints = {"Input NHWC of rank 4, filter [1, H, W, C*M]; either may be computed.",
                          "The filter's channels are a multiple of the input's.",
                          "An int8 or int4 filter is symmetric, with one scale or one an output channel.",
                          "A uint8 filter has one scale and zero point.", "Zero points of int16 are 0.",
                          "Bias is int32 (int8, uint8), int64 (int16) or float32, or absent.",
                          "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."},
          .macs = [](const OpInstance& op) {
            return static_cast<uint64_t>(op.outputs[0].shape.count()) * static_cast<uint64_t>(op.inputs[1].shape.product(1, 3));
          }};
}

}  // namespace midge
