// L2_POOL_2D for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_l2_pool_2d() {
  return {.equation = "out[b,y,x,c] = act(root of the mean of in[b, y*sh+dy-pt, x*sw+dx-pl, c]^2 over the window)",
          .types = "float32",
          .constraints = {"Input NHWC of rank 4.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."}};
}

}  // namespace midge
