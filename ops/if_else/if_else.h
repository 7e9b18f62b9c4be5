// IF: out = then(in[1..]) where in[0] is true, else otherwise(in[1..]): subgraphs of the model. in[0] is one bool. The inputs after it
// have the types and shapes of both subgraphs' inputs, the outputs those of their outputs.
#pragma once
#include "ops/common/call.h"

namespace midge {

struct IfElse {
  Callee then, otherwise;
  uint32_t* argument_bytes;  ///< of each input but the first
  uint32_t* result_bytes;    ///< of each output
};

}  // namespace midge
