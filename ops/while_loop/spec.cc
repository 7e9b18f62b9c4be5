// WHILE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_while_loop() {
  return {.equation = "v = in; while (condition(v)) v = body(v); out = v",
          .types = "any",
          .constraints = {"The condition gives one bool; inputs, outputs and those of the body have the same types and shapes.",
                          "Nothing bounds the number of turns."}};
}

}  // namespace midge
