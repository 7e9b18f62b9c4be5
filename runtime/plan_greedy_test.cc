// plan_greedy_by_size: blocks that are alive together never overlap, every offset is aligned, given offsets stay, and the length is
// that of the highest block; for seeded random blocks.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "runtime/arena.h"
#include "runtime/plan.h"

namespace midge {
namespace {

constexpr uint32_t kSeed = 4711;

Span<PlanEntry> span(std::vector<PlanEntry>& v) { return {v.data(), static_cast<uint32_t>(v.size())}; }

PlanEntry entry(uint32_t bytes, uint32_t first, uint32_t last) {
  PlanEntry e;
  e.bytes = bytes, e.first = static_cast<uint16_t>(first), e.last = static_cast<uint16_t>(last);
  return e;
}

void check_plan(const std::vector<PlanEntry>& entries, uint32_t length) {
  uint32_t highest = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const PlanEntry& a = entries[i];
    if (a.bytes == 0) continue;
    ASSERT_NE(a.offset, PlanEntry::kUnplaced);
    highest = std::max(highest, a.offset + a.bytes);
    for (size_t j = 0; j < i; ++j) {
      const PlanEntry& b = entries[j];
      if (b.bytes == 0 || !a.overlaps_in_time(b)) continue;
      ASSERT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset) << "blocks " << j << " and " << i;
    }
  }
  ASSERT_EQ(length, highest);
}

TEST(PlanGreedy, RandomBlocksNeverMeet) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::vector<PlanEntry> entries(1 + random() % 40);
    for (PlanEntry& e : entries) {
      const uint32_t first = random() % 20;
      e = entry(random() % 8 == 0 ? 0 : 1 + random() % 2000, first, first + random() % 6);
    }
    const uint32_t length = plan_greedy_by_size(span(entries));
    ASSERT_NO_FATAL_FAILURE(check_plan(entries, length)) << "round " << round << ", seed " << kSeed;
    for (const PlanEntry& e : entries) ASSERT_TRUE(e.bytes == 0 || e.offset % kTensorAlignment == 0);
  }
}

TEST(PlanGreedy, GivenOffsetsStay) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 1000; ++round) {
    // Blocks that are given never meet in space; the rest finds its way around them.
    std::vector<PlanEntry> entries(1 + random() % 30);
    uint32_t next = 0;
    for (PlanEntry& e : entries) {
      const uint32_t first = random() % 20;
      e = entry(1 + random() % 1000, first, first + random() % 6);
      if (random() % 3 != 0) continue;
      e.offset = next + 4 * (random() % 100);
      next = e.offset + (e.bytes + 3) / 4 * 4;
    }
    const std::vector<PlanEntry> before = entries;
    const uint32_t length = plan_greedy_by_size(span(entries));
    ASSERT_NO_FATAL_FAILURE(check_plan(entries, length)) << "round " << round << ", seed " << kSeed;
    for (size_t i = 0; i < entries.size(); ++i) {
      ASSERT_TRUE(before[i].offset == PlanEntry::kUnplaced || entries[i].offset == before[i].offset);
    }
  }
}

TEST(PlanGreedy, ReusesMemoryAndFindsGaps) {
  std::vector<PlanEntry> chain = {entry(100, 0, 1), entry(100, 1, 2), entry(100, 2, 3), entry(100, 3, 4)};
  EXPECT_EQ(plan_greedy_by_size(span(chain)), 112u + 100u) << "two at a time";
  std::vector<PlanEntry> gap = {entry(64, 0, 3), entry(64, 0, 3), entry(16, 0, 3)};
  gap[0].offset = 0, gap[1].offset = 80;
  EXPECT_EQ(plan_greedy_by_size(span(gap)), 144u);
  EXPECT_EQ(gap[2].offset, 64u);
  std::vector<PlanEntry> none;
  EXPECT_EQ(plan_greedy_by_size(span(none)), 0u);
}

TEST(PlanGreedy, LengthsSaturate) {
  std::vector<PlanEntry> huge(5, entry(0x7fffffff, 0, 1));
  EXPECT_EQ(plan_greedy_by_size(span(huge)), kPlanTooLong);
}

}  // namespace
}  // namespace midge
