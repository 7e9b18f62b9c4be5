// IF for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_if_else() {
  return {.equation = "out = in[0] ? then(in[1..]) : else(in[1..])",
          .types = "any",
          .constraints = {"The condition is one bool; then and else are subgraphs with inputs and outputs of the same types and shapes.",
                          "Subgraphs are nested at most 8 deep."}};
}

}  // namespace midge
