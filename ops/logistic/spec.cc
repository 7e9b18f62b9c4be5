// LOGISTIC for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_logistic() {
  return {.equation = "out = 1 / (1 + e^-x)", .types = "int8; float32", .constraints = {"The int8 output's scale is 1 / 256 and its zero point -128."}};
}

}  // namespace midge
