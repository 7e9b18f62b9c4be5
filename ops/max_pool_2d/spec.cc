// MAX_POOL_2D for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_max_pool_2d() {
  return {.equation = "out[b,y,x,c] = act(max of in[b, y*sh+dy-pt, x*sw+dx-pl, c] over the window)",
          .types = "int8; float32",
          .constraints = {"Input NHWC of rank 4.", "int8 is pooled as it is: input and output should share scale and zero point.",
                          "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."}};
}

}  // namespace midge
