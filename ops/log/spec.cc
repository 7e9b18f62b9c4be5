// LOG for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_log() {
  return {
      .equation = "out = log(x)",
      .types = "int8; int16; float32",
      .constraints = {"Quantised x <= 0 gives the smallest output.", "int16 is interpolated between 513 points and has zero points of 0."}};
}

}  // namespace midge
