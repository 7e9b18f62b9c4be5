// SOFTMAX for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_softmax() {
  return {.equation = "out[r,i] = e^(beta*in[r,i]) / sum over j of e^(beta*in[r,j])",
          .types = "int8 to int8 or int16; uint8 to uint8 or int16; int16; float32",
          .constraints = {"Rank at least 1; along the last dimension.", "int8 to int8: the output's scale is 1/256 and its zero point -128.",
                          "int16: the output's scale is 1/32768 and the zero points 0; at most 65,536 elements along the last dimension."},
          .contracts =
              "int16: `tflm` multiplies scale and beta in double precision and makes the table of reciprocals in single, `litert` the "
              "other way round."};
}

}  // namespace midge
