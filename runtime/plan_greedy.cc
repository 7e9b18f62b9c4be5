// Greedy by size, see plan.h. Placed entries are a list in the order of their offsets, so that one walk finds the lowest gap.
// Deliberately not here: blocks that run in place or overlap by rows; the compiler plans those.
#include "runtime/arena.h"
#include "runtime/plan.h"

namespace midge {
namespace {

constexpr uint16_t kEnd = 0xffff;

uint64_t end_of(const PlanEntry& e) { return static_cast<uint64_t>(e.offset) + e.bytes; }

/// The placed entries by offset.
class PlacedList {
 public:
  explicit PlacedList(Span<PlanEntry> entries) : entries_(entries) {}

  void insert(uint32_t i) {
    uint16_t* link = &first_;
    while (*link != kEnd && entries_[*link].offset <= entries_[i].offset) link = &entries_[*link].next;
    entries_[i].next = *link;
    *link = static_cast<uint16_t>(i);
  }

  /// The lowest offset at which `e` meets no placed entry that is alive with it.
  uint32_t lowest_gap(const PlanEntry& e) const {
    uint64_t offset = 0;
    for (uint16_t i = first_; i != kEnd; i = entries_[i].next) {
      const PlanEntry& o = entries_[i];
      if (!e.overlaps_in_time(o)) continue;
      if (o.offset >= offset && o.offset - offset >= e.bytes) break;
      offset = max(offset, (end_of(o) + kTensorAlignment - 1) & ~uint64_t{kTensorAlignment - 1});
    }
    return static_cast<uint32_t>(min<uint64_t>(offset, kPlanTooLong));
  }

 private:
  Span<PlanEntry> entries_;
  uint16_t first_ = kEnd;
};

}  // namespace

uint32_t plan_greedy_by_size(Span<PlanEntry> entries) {
  PlacedList placed(entries);
  uint64_t length = 0;
  for (uint32_t i = 0; i < entries.size; ++i) {
    const PlanEntry& e = entries[i];
    if (e.bytes == 0 || e.offset == PlanEntry::kUnplaced) continue;
    placed.insert(i);
    length = max(length, end_of(e));
  }
  for (;;) {
    uint32_t largest = entries.size;
    for (uint32_t i = 0; i < entries.size; ++i) {
      const PlanEntry& e = entries[i];
      const bool open = e.bytes != 0 && e.offset == PlanEntry::kUnplaced;
      if (open && (largest == entries.size || e.bytes > entries[largest].bytes)) largest = i;
    }
    if (largest == entries.size) return static_cast<uint32_t>(min<uint64_t>(length, kPlanTooLong));
    PlanEntry& e = entries[largest];
    e.offset = placed.lowest_gap(e);
    placed.insert(largest);
    length = max(length, end_of(e));
  }
}

}  // namespace midge
