// TANH for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_tanh() {
  return {.equation = "out = tanh(x)", .types = "int8; float32", .constraints = {"The int8 output's scale is 1 / 128 and its zero point 0."}};
}

}  // namespace midge
