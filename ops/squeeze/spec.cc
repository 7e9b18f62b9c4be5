// SQUEEZE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_squeeze() {
  return {.equation = "out = in without dimensions of 1",
          .types = "any of 1, 2, 4 or 8 bytes",
          .constraints = {"Dimensions that the options name are 1; without names all of 1 go."}};
}

}  // namespace midge
