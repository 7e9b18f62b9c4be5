// The memory plan: where each computed tensor and each operator's scratch lies while it is alive.
#pragma once
#include "base/span.h"
#include "base/status.h"

namespace midge {

/// One block to place: alive from operator `first` to operator `last`, both included. 16 bytes on every target.
struct PlanEntry {
  static constexpr uint32_t kUnplaced = 0xffffffff;
  static constexpr uint16_t kNever = 0xffff;
  static constexpr uint32_t kMostEntries = 0xfffe;  ///< entries are numbered in 16 bits

  uint32_t bytes = 0;  ///< 0: needs no memory
  uint32_t offset = kUnplaced;
  uint16_t first = kNever;
  uint16_t last = 0;
  uint16_t next = 0;        ///< the planner's own: the placed entry with the next higher offset
  uint16_t from_start = 0;  ///< 1: a graph input, alive before the first operator

  bool overlaps_in_time(const PlanEntry& other) const { return first <= other.last && other.first <= last; }
};

constexpr uint32_t kPlanTooLong = 0x7ffffff0;  ///< bytes: no arena is that large

/// Greedy by size: the largest unplaced block first (the earlier in the list where sizes are equal), each at the lowest
/// offset that is free during its life. Entries that have an offset already are kept. Returns the length of the plan in
/// bytes, kPlanTooLong where it is that long or longer. At most kMostEntries entries; time grows with their square, whatever they
/// are; no memory besides the list.
uint32_t plan_greedy_by_size(Span<PlanEntry> entries);

}  // namespace midge
