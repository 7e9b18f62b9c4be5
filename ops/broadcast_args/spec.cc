// BROADCAST_ARGS for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_broadcast_args() {
  return {.equation = "out = the shape that two shapes broadcast to", .types = "int32; int64", .constraints = {"Vectors of at most 6 numbers."}};
}

}  // namespace midge
