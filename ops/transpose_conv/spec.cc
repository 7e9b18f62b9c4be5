// TRANSPOSE_CONV for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_transpose_conv() {
  return {
      .equation = "out[b,y,x,o] = act(bias[o] + sum of in[b,iy,ix,i] * filter[o, y+pt-iy*sh, x+pl-ix*sw, i])",
      .types = "int8; int16 with int8 filter; uint8; float32; float32 with int8 filter (hybrid)",
      .constraints =
          {"Input NHWC of rank 4, filter OHWI of rank 4 with as many channels.",
           "The output's shape is an int32 input, of which a convolution with the same options has the input's shape; a computed one must "
           "be the shape that the file notes.",
           "An int8 filter is symmetric, with one scale or one an output channel; int16 activations have zero point 0.",
           "Bias is int32, with int16 activations also int64, with float32 ones float32, or absent.",
           "Strides of 1 to 32767; fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."},
      .macs = [](const OpInstance& op) {
        return static_cast<uint64_t>(op.inputs[2].shape.count()) * static_cast<uint64_t>(op.inputs[1].shape.product(0, 3));
      }};
}

}  // namespace midge
