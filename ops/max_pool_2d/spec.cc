// MAX_POOL_2D for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_max_pool_2d() {
  return {.equation = "out[b,y,x,c] = act(max of in[b, y*sh+dy-pt, x*sw+dx-pl, c] over the window)",
          .types = "int8; int16; uint8; float32",
          .constraints = {"Input NHWC of rank 4.", "Integers are pooled as they are: input and output should share scale and zero point.",
                          "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."}};
}

}  // namespace midge
