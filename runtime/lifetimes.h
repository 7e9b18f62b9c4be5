// From the graph to the planner's table: when each tensor is alive, and what offsets the file itself brings along.
#pragma once
#include "model/model.h"
#include "runtime/plan.h"

namespace midge {

/// Fills first, last, from_start and bytes of entries[t] for each tensor t that needs a place. A tensor lives from the operator that
/// writes it (graph inputs: from the start) to its last reader (graph outputs: to the end). Constants and variables need none.
/// `shapes`: see tensor_of_run(). `known`, null on a device: known[i] is 0 for an operator of which nothing is known; an input
/// that nothing has written then begins to live there. On failure, *operator_index is the operator's, -1 where there is none.
Status find_lifetimes(const Model& model, const Shape* shapes, const uint8_t* known, Span<PlanEntry> entries, int32_t* operator_index);

/// Takes the offsets of the metadata OfflineMemoryAllocation, where the file has it, into entries with lifetimes. They are not
/// trusted: blocks may only meet at an operator that reads one and writes the other (in place). kBadPlan otherwise.
Status take_embedded_plan(const Model& model, Span<PlanEntry> entries);

}  // namespace midge
