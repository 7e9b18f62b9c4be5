// PACK for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_pack() {
  return {.equation = "out = inputs stacked along a new axis",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Inputs of one type and shape, of rank at most 5."}};
}

}  // namespace midge
