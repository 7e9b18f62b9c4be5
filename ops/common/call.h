// Calling subgraphs: what IF, WHILE and CALL_ONCE share. Arguments and results are copied, bytes as they are. Types and shapes of
// both sides must be the same; those of subgraphs are the file's.
#pragma once
#include "ops/context.h"

namespace midge {

/// A subgraph as its caller keeps it.
struct Callee {
  uint32_t graph;
  Indices inputs, outputs;
};

/// kBadIndex where the model has no such subgraph or where the main one is meant.
Status find_callee(const PrepareContext& c, uint32_t graph, Callee* out);

/// kTensorCount unless `to` has the tensors of `from` from slot `skip` on; kShapeMismatch where one of a pair has another type or shape.
Status check_handover(const PrepareContext& c, const Indices& from, uint32_t skip, const Indices& to);

/// Copies the tensors of `from` from slot `skip` on to those of `to`; bytes[i] is the size of the i-th pair.
void hand_over(const EvalContext& c, const Indices& from, uint32_t skip, const Indices& to, const uint32_t* bytes);

inline Status call(const EvalContext& c, const Callee& callee) { return c.graphs->call(c.graphs->self, callee.graph); }

}  // namespace midge
