// CIRCULAR_BUFFER: with a state of its own and in a variable; how often the run goes on behind it; again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kWidth = 2, kDepth = 3, kSlot = kWidth * kDepth, kMostSlots = 6;

TensorSpec slots_of(int32_t slots, bool variable, int32_t zero) {
  TensorSpec t = {Type::kInt8, shape_of(1, slots, kWidth, kDepth), 0.5f, zero};
  t.is_variable = variable;
  return t;
}

void check(Report& r, int32_t slots, bool variable, int32_t zero, int32_t cycles_max, int32_t cycles) {
  OneOp m;
  m.input({Type::kInt8, shape_of(1, 1, kWidth, kDepth), 0.5f, zero});
  m.output(slots_of(slots, variable, zero));
  FlexMap map;
  if (cycles_max != 0) map.integer("cycles_max", cycles_max);
  if (!r.expect_ok(m.prepare(ops::circular_buffer, map.options()), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    for (int32_t t = 0; t < 9; ++t) {
      int8_t expected[kMostSlots * kSlot];
      for (int32_t i = 0; i < kSlot; ++i) m.in<int8_t>(0)[i] = static_cast<int8_t>(10 * t + i);
      for (int32_t i = 0; i < slots * kSlot; ++i) {
        const int32_t when = t - (slots - 1) + i / kSlot;
        expected[i] = static_cast<int8_t>(when < 0 ? zero : 10 * when + i % kSlot);
      }
      const Code code = m.invoke().code();
      r.expect(code == ((t + 1) % cycles == 0 ? Code::kOk : Code::kMoreInput), "when the run goes on");
      r.equal("int8", expected, m.out<int8_t>(), slots * kSlot);
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_circular_buffer(Report& r) {
  constexpr int32_t kZeros[] = {0, -128, 5};
  constexpr int32_t kCycles[] = {1, 2, 3};
  constexpr bool kVariable[] = {false, true};
  for (int32_t slots = 1; slots <= kMostSlots; ++slots) {
    for (const int32_t zero : kZeros) {
      for (const int32_t cycles : kCycles) {
        if (r.next_case()) check(r, slots, false, zero, cycles, cycles);
        if (r.next_case()) check(r, slots, true, zero, cycles, cycles);
      }
      if (r.next_case()) check(r, slots, true, zero, 0, slots == 5 ? 1 : 2);
      if (r.next_case()) check(r, slots, false, zero, -1, slots == 5 ? 1 : 2);
    }
  }
  if (!r.next_case()) return;
  const auto refused = [&](const TensorSpec& in, const TensorSpec& out, Code code, const char* what) {
    OneOp m;
    m.input(in);
    m.output(out);
    expect_refused(r, m.prepare(ops::circular_buffer), code, what);
  };
  for (const bool variable : kVariable) {
    refused({Type::kInt8, shape_of(1, 1, kWidth, kDepth + 1), 0.5f}, slots_of(3, variable, 0), Code::kShapeMismatch,
            "slots of another depth");
    refused({Type::kInt8, shape_of(1, 2, kWidth, kDepth), 0.5f}, slots_of(3, variable, 0), Code::kShapeMismatch, "an input of two slots");
    refused({Type::kInt8, shape_of(1, 1, kWidth, kDepth), 0.5f, 1}, slots_of(3, variable, 0), Code::kScaleDiffers, "another zero point");
    refused({Type::kInt8, shape_of(1, kWidth, kDepth), 0.5f}, slots_of(3, variable, 0), Code::kUnsupportedRank, "three dimensions");
  }
}

}  // namespace testing
}  // namespace midge
