// MUL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_mul() {
  return {
      .equation = "out = act(a * b), shapes broadcast",
      .types = "int8; int32; float32",
      .constraints = {"Both inputs and the output have one type; ranks up to 6.", "Fused activation NONE, RELU, RELU_N1_TO_1 or RELU6."}};
}

}  // namespace midge
