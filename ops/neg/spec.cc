// NEG for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_neg() {
  return {.equation = "out = -x",
          .types = "int8; int16; int32; int64; float32",
          .constraints = {"Integers are negated as they are, without regard to scales and zero points."}};
}

}  // namespace midge
