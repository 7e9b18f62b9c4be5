// DEPTHWISE_CONV_2D int8, slow and obvious: the oracle for every other kernel.
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"

namespace midge {

void depthwise_conv_2d_s8_reference(const ConvS8& p, const ConvS8Tensors& t, RowRange range) {
  conv_s8_reference(p, t, filter_steps(kDepthwiseConv2D, p.shape), range);
}

}  // namespace midge
