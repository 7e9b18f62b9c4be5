// CONV_2D for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_conv_2d() {
  return {
      .equation = "out[b,y,x,o] = act(bias[o] + sum of in[b, y*sh+dy*dh-pt, x*sw+dx*dw-pl, i] * filter[o,dy,dx,i])",
      .types = "int8 with int8 or int4 filter; int16 with int8 or int4 filter; uint8; float32; float32 with int8 or int4 filter (hybrid)",
      .constraints = {"Input NHWC of rank 4, filter OHWI of rank 4; either may be computed.",
                      "Input channels are a multiple of the filter's (groups).",
                      "An int8 or int4 filter is symmetric, with one scale or one an output channel.",
                      "A uint8 filter has one scale and zero point.", "Zero points of int16 are 0.",
                      "Bias is int32 (int8, uint8), int64 or int32 (int16) or float32, or absent.",
                      "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."},
      .macs = [](const OpInstance& op) {
        const Shape& f = op.inputs[1].shape;
        return static_cast<uint64_t>(op.outputs[0].shape.count()) * static_cast<uint64_t>(f.product(1, 4));
      }};
}

}  // namespace midge
