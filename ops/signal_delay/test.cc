// SignalDelay: a stream in pieces, delayed by less and more than a piece; again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 2, kSteps = 7;

int16_t sample(int32_t row, int32_t t) { return t < 0 ? int16_t{0} : static_cast<int16_t>(100 * (row + 1) + t); }

void check(Report& r, int32_t frame, int32_t delay) {
  OneOp m;
  m.input({Type::kInt16, shape_of(kRows, 1, frame)});
  m.output({Type::kInt16, shape_of(kRows, 1, frame)});
  if (!r.expect_ok(m.prepare(ops::signal_delay, FlexMap().integer("delay_length", delay).options()), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    for (int32_t step = 0; step < kSteps; ++step) {
      int16_t expected[kRows * 8];
      for (int32_t i = 0; i < kRows * frame; ++i) {
        const int32_t row = i / frame, t = step * frame + i % frame;
        m.in<int16_t>(0)[i] = sample(row, t);
        expected[i] = sample(row, t - delay);
      }
      if (r.expect_ok(m.invoke(), "invoke")) r.equal("int16", expected, m.out<int16_t>(), kRows * frame);
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_signal_delay(Report& r) {
  constexpr int32_t kFrames[] = {1, 3, 8};
  constexpr int32_t kDelays[] = {0, 1, 2, 3, 7, 8, 9, 20};
  for (const int32_t frame : kFrames) {
    for (const int32_t delay : kDelays) {
      if (r.next_case()) check(r, frame, delay);
    }
  }
  if (!r.next_case()) return;
  const auto refused = [&](int32_t delay, Code code, const char* what) {
    OneOp m;
    m.input({Type::kInt16, shape_of(4)});
    m.output({Type::kInt16, shape_of(4)});
    expect_refused(r, m.prepare(ops::signal_delay, FlexMap().integer("delay_length", delay).options()), code, what);
  };
  refused(-1, Code::kUnsupportedOption, "a negative delay");
  refused(INT32_MAX, Code::kTooLarge, "a delay beyond 31 bits of memory");
  refused(1 << 20, Code::kArenaTooSmall, "a delay beyond the arena");
}

}  // namespace testing
}  // namespace midge
