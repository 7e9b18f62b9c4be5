// SignalStacker: contexts and steps, the first vector repeated; again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kChannels = 3, kInferences = 12, kMostVectors = 7;

FlexMap options(int32_t channels, int32_t left, int32_t right, int32_t step) {
  return FlexMap()
      .integer("num_channels", channels)
      .integer("stacker_left_context", left)
      .integer("stacker_right_context", right)
      .integer("stacker_step", step);
}

void check(Report& r, int32_t left, int32_t right, int32_t step) {
  const int32_t vectors = left + 1 + right;
  OneOp m;
  m.input({Type::kInt16, shape_of(kChannels)});
  m.output({Type::kInt16, shape_of(kChannels * vectors)});
  m.output({Type::kBool, Shape()});
  if (!r.expect_ok(m.prepare(ops::signal_stacker, options(kChannels, left, right, step).options()), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    for (int32_t t = 0; t < kInferences; ++t) {
      for (int32_t i = 0; i < kChannels; ++i) m.in<int16_t>(0)[i] = static_cast<int16_t>(10 * t + i);
      // Stack n has vectors n * step - left and on; those before vector 0 are vector 0.
      const bool complete = t >= right && (t - right) % step == 0;
      int16_t expected[kChannels * kMostVectors] = {};
      for (int32_t i = 0; complete && i < kChannels * vectors; ++i) {
        expected[i] = static_cast<int16_t>(10 * max<int32_t>(t - right - left + i / kChannels, 0) + i % kChannels);
      }
      if (!r.expect_ok(m.invoke(), "invoke")) return;
      r.expect(*m.out<bool>(1) == complete, "whether there is a stack");
      r.equal("int16", expected, m.out<int16_t>(), kChannels * vectors);
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_signal_stacker(Report& r) {
  for (int32_t left = 0; left <= 3; ++left) {
    for (int32_t right = 0; right <= 3; ++right) {
      for (int32_t step = 1; step <= left + 1 + right; ++step) {
        if (r.next_case()) check(r, left, right, step);
      }
    }
  }
  if (!r.next_case()) return;
  const auto refused = [&](FlexMap map, const char* what) {
    OneOp m;
    m.input({Type::kInt16, shape_of(kChannels)});
    m.output({Type::kInt16, shape_of(3 * kChannels)});
    m.output({Type::kBool, Shape()});
    expect_refused(r, m.prepare(ops::signal_stacker, map.options()), Code::kUnsupportedOption, what);
  };
  refused(options(kChannels + 1, 1, 1, 1), "another number of channels");
  refused(options(kChannels, 1, 1, 4), "a step that leaves vectors out");
  refused(options(kChannels, 1, 1, 0), "no step");
  refused(options(kChannels, -1, 3, 1), "a negative context");
  refused(options(kChannels, INT32_MAX, INT32_MAX, 1), "contexts whose sum overflows");
}

}  // namespace testing
}  // namespace midge
