// CONV_2D int8, slow and obvious: the oracle for every other kernel.
#include "ops/conv_2d/conv_2d.h"

namespace midge {

void conv_2d_s8_reference(const ConvS8& p, const ConvS8Tensors& t, RowRange range) {
  conv_s8_reference(p, t, filter_steps(kConv2D, p.shape), range);
}

}  // namespace midge
