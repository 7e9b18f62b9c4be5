// The interpreter's memory plan of a model, for people: which tensor lies where, when, and how full the arena is.
//
// Stages, all the runtime's own: lifetimes, offsets that the file brings along, the planner. Deliberately not here: better plans than
// the interpreter's; the compiler makes those.
#pragma once
#include <vector>

#include "report/operator_support.h"

namespace midge {

/// A tensor, or an operator's scratch memory, in the plan. Alive from step `first` to step `last`, both included; a
/// step is an operator's index, but where subgraphs are called: see runtime/lifetimes.h. For graph outputs `last` is the step after
/// the last operator, which they must outlive.
struct ArenaBlock {
  int tensor = -1;  ///< -1: scratch of the operator at step `first`
  uint32_t bytes = 0;
  uint32_t offset = 0;
  uint32_t first = 0, last = 0;
};

struct ArenaPlan {
  std::vector<ArenaBlock> blocks;  ///< by first, then by offset
  uint32_t activation_bytes = 0;  ///< length of the plan: what the interpreter takes for activations and scratch
  uint32_t live_peak_bytes = 0;  ///< the most that is alive at one operator. No plan without sharing can be shorter
  std::vector<uint32_t> timeline;  ///< bytes alive while each operator runs
  bool embedded = false;  ///< the file brings offsets of its own
  bool complete = true;  ///< false: an operator cannot be prepared, so that its scratch is not in the plan
  /// What the arena of a 32-bit device needs: the plan or, if longer, the planner's table; nodes, addresses, variables,
  /// prepared data as measured on this machine. An upper estimate where complete; else without the operators that fail.
  uint32_t device_arena_bytes = 0;
  Status status;  ///< not ok: the graph is wrong, and there is no plan
  int operator_index = -1;  ///< of a status that is about one
};

/// Plans the model; support[i] belongs to operator i.
ArenaPlan plan_arena(const Model& model, const std::vector<OperatorSupport>& support);

/// Asks an Interpreter whether it takes the model (a complete plan's); where it does not, the plan gets its status. Throws
/// std::logic_error if it puts a tensor elsewhere than the plan says: that would be a bug.
void check_against_interpreter(const Model& model, Contract contract, ArenaPlan* plan);

}  // namespace midge
