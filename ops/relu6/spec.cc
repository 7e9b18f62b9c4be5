// RELU6 for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_relu6() {
  return {.equation = "out = min(max(x, 0), 6)", .types = "int8; float32", .constraints = {"int8 is rescaled from the input's scale to the output's."}};
}

}  // namespace midge
