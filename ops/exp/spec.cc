// EXP for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_exp() {
  return {.equation = "out = e^x",
          .types = "int8; int16; float32",
          .constraints = {"int16 is interpolated between 513 points and has zero points of 0."}};
}

}  // namespace midge
