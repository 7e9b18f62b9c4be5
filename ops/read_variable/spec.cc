// READ_VARIABLE for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_read_variable() {
  return {.equation = "out = variable(in[0])",
          .types = "any",
          .constraints = {"A variable that nothing has assigned holds its zero point (int8) or zero bytes; LiteRT fails there."}};
}

}  // namespace midge
