// SignalFramer: frames that overlap, touch and skip, with and without zeros before them; again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 2, kSteps = 6, kMostFrames = 3, kMostSize = 14;

int16_t sample(int32_t row, int32_t t) { return t < 0 ? int16_t{0} : static_cast<int16_t>(1000 * (row + 1) + t); }

FlexMap options(int32_t size, int32_t step, bool prefill) {
  return FlexMap().integer("frame_size", size).integer("frame_step", step).boolean("prefill", prefill);
}

void check(Report& r, int32_t size, int32_t step, int32_t frames, bool prefill) {
  const int32_t samples = frames * step;
  OneOp m;
  m.input({Type::kInt16, shape_of(kRows, samples)});
  m.output({Type::kInt16, shape_of(kRows, frames, size)});
  m.output({Type::kBool, Shape()});
  if (!r.expect_ok(m.prepare(ops::signal_framer, options(size, step, prefill).options()), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    for (int32_t inference = 0; inference < kSteps; ++inference) {
      int16_t expected[kRows * kMostFrames * kMostSize];
      bool all = true;
      for (int32_t row = 0; row < kRows; ++row) {
        for (int32_t i = 0; i < samples; ++i) m.in<int16_t>(0)[row * samples + i] = sample(row, inference * samples + i);
        for (int32_t f = 0; f < frames; ++f) {
          // The frame ends with the last sample that has come, or, without prefill, at the first multiple of step that completes one.
          const int32_t come = inference * samples + (f + 1) * step, whole = (size + step - 1) / step * step;
          const int32_t start = prefill ? come - size : come - whole;
          const bool complete = prefill || come >= whole;
          all = all && complete;
          for (int32_t i = 0; i < size; ++i) expected[(row * frames + f) * size + i] = complete ? sample(row, start + i) : int16_t{0};
        }
      }
      if (!r.expect_ok(m.invoke(), "invoke")) return;
      r.equal("int16", expected, m.out<int16_t>(), kRows * frames * size);
      r.expect(*m.out<bool>(1) == all, "whether the frames are complete");
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_signal_framer(Report& r) {
  struct Case {
    int32_t size, step;
  };
  constexpr Case kCases[] = {{4, 2}, {5, 2}, {14, 3}, {4, 4}, {1, 1}, {7, 1}, {2, 5}};
  for (const Case& c : kCases) {
    for (int32_t frames = 1; frames <= kMostFrames; ++frames) {
      if (r.next_case()) check(r, c.size, c.step, frames, false);
      if (c.size >= c.step && r.next_case()) check(r, c.size, c.step, frames, true);
    }
  }
  if (!r.next_case()) return;
  const auto refused = [&](int32_t size, int32_t step, bool prefill, Code code, const char* what) {
    OneOp m;
    m.input({Type::kInt16, shape_of(6)});
    m.output({Type::kInt16, shape_of(3, 4)});
    m.output({Type::kBool, Shape()});
    expect_refused(r, m.prepare(ops::signal_framer, options(size, step, prefill).options()), code, what);
  };
  refused(4, 0, false, Code::kUnsupportedOption, "no step");
  refused(4, 7, false, Code::kUnsupportedOption, "a step longer than the input");
  refused(4, 5, false, Code::kShapeMismatch, "an input that is no multiple of the step");
  refused(0, 2, false, Code::kUnsupportedOption, "frames without samples");
  refused(1, 2, true, Code::kUnsupportedOption, "a negative prefill");
  refused(INT32_MAX, 2, false, Code::kUnsupportedOption, "a frame beyond 31 bits of memory");
  refused(5, 2, false, Code::kShapeMismatch, "another output");
}

}  // namespace testing
}  // namespace midge
