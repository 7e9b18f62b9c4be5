// ADD_N for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_add_n() {
  return {.equation = "out = sum of the inputs",
          .types = "int8; int32; float32",
          .constraints = {"Two inputs or more, of one type and shape.", "int8 inputs share a scale and zero point."},
          .contracts = "int8: tflm adds the negative of the input's zero point once more."};
}

}  // namespace midge
