// Control flow: which subgraphs an operator calls.
#pragma once
#include "model/model.h"

namespace midge {

struct Callees {
  uint32_t count = 0;
  uint32_t graphs[2] = {};  ///< indices from the file, not checked
};

/// IF: then, else. WHILE: condition, body. CALL_ONCE: the initialisation. None for others.
inline Callees callees_of(const Operator& op) {
  Callees out;
  switch (static_cast<Builtin>(op.code)) {
    case Builtin::IF:
    case Builtin::WHILE: out.count = 2; break;
    case Builtin::CALL_ONCE: out.count = 1; break;
    default: break;
  }
  for (uint32_t i = 0; i < out.count; ++i) out.graphs[i] = static_cast<uint32_t>(op.options.i32(i));
  return out;
}

}  // namespace midge
