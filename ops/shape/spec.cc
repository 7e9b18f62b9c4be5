// SHAPE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_shape() {
  return {.equation = "out = dimensions of in", .types = "any to int32 or int64", .constraints = {"The input is not a scalar."}};
}

}  // namespace midge
