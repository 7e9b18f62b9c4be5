// From the graph to the planner's table: when each tensor is alive, and what offsets the file itself brings along.
//
// Time is counted in steps. In a model without control flow step i is operator i. An operator that calls subgraphs takes a step
// of its own, then for each of them, in the order of callees_of(): a step for handing over the arguments, those of its
// operators, a step for the results; then one more. A subgraph that is called from several places is alive over the hull.
#pragma once
#include "model/model.h"
#include "runtime/plan.h"

namespace midge {

/// Fills first, last and from_start of each tensor's and each operator's entry, and bytes of each tensor's; entries are those of all
/// tensors, then one for the scratch of each operator. A tensor lives from the operator that writes it (graph inputs: from the
/// start) to its last reader (graph outputs: to the end, step *steps). Constants and variables need no place.
/// `shapes`: see tensor_of_run(). `known`, null on a device: known[i] is 0 for an operator of which nothing is known; an input
/// that nothing has written then begins to live there. On failure, *operator_index is the operator's, -1 where there is none.
Status find_lifetimes(const Model& model, const Shape* shapes, const uint8_t* known, Span<PlanEntry> entries, uint32_t* steps,
                      int32_t* operator_index);

/// Takes the offsets of the metadata OfflineMemoryAllocation, where the file has it, into entries with lifetimes. They are not
/// trusted: blocks may only meet at an operator that reads one and writes the other (in place). kBadPlan otherwise. Not taken for
/// models with several subgraphs, whose steps the metadata does not know.
Status take_embedded_plan(const Model& model, Span<PlanEntry> entries);

}  // namespace midge
