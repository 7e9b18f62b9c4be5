// Greedy by size, see plan.h. Deliberately not here: blocks that run in place or overlap by rows; the compiler plans those.
#include "runtime/arena.h"
#include "runtime/plan.h"

namespace midge {
namespace {

/// The lowest offset at which `e` meets no placed entry that is alive with it.
uint32_t lowest_free_offset(Span<PlanEntry> entries, const PlanEntry& e) {
  uint32_t offset = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (const PlanEntry& o : entries) {
      if (o.bytes == 0 || o.offset == PlanEntry::kUnplaced || !e.overlaps_in_time(o)) continue;
      if (offset < o.offset + o.bytes && o.offset < offset + e.bytes) {
        offset = align_up(o.offset + o.bytes, kTensorAlignment);
        moved = true;
      }
    }
  }
  return offset;
}

}  // namespace

uint32_t plan_greedy_by_size(Span<PlanEntry> entries) {
  uint32_t length = 0;
  for (const PlanEntry& e : entries) {
    if (e.bytes != 0 && e.offset != PlanEntry::kUnplaced) length = max(length, e.offset + e.bytes);
  }
  for (;;) {
    PlanEntry* largest = nullptr;
    for (PlanEntry& e : entries) {
      if (e.bytes != 0 && e.offset == PlanEntry::kUnplaced && (largest == nullptr || e.bytes > largest->bytes)) largest = &e;
    }
    if (largest == nullptr) return length;
    const uint32_t offset = lowest_free_offset(entries, *largest);
    largest->offset = offset;
    length = max(length, offset + largest->bytes);
  }
}

}  // namespace midge
