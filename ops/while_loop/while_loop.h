// WHILE: v = in; while (condition(v)) v = body(v); out = v: condition and body are subgraphs of the model. The outputs have the types
// and shapes of the inputs, and hold the variables v while the loop runs. condition gives one bool. Nothing bounds the number
// of turns: a model that never ends is a model that never ends.
#pragma once
#include "ops/common/call.h"

namespace midge {

struct WhileLoop {
  Callee condition, body;
  uint32_t* bytes;  ///< of each variable
};

}  // namespace midge
