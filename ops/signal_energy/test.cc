// SignalEnergy: ranges of bins, zeros outside, and the largest energy.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kBins = 9;

Status prepare(OneOp& m, int32_t values, int32_t start, int32_t end) {
  m.input({Type::kInt16, shape_of(values)});
  m.output({Type::kUint32, shape_of(kBins)});
  return m.prepare(ops::signal_energy, FlexMap().integer("end_index", end).integer("start_index", start).options());
}

void check(Report& r, int32_t start, int32_t end) {
  Random random = r.random();
  OneOp m;
  if (!r.expect_ok(prepare(m, 2 * kBins, start, end), "prepare")) return;
  int16_t* const in = m.in<int16_t>(0);
  random.fill(in, 2 * kBins);
  in[6] = in[7] = -32768;
  bool same = true;
  uint32_t expected[kBins] = {};
  for (int32_t i = start; i < end; ++i) {
    expected[i] = static_cast<uint32_t>(static_cast<int64_t>(in[2 * i]) * in[2 * i] + static_cast<int64_t>(in[2 * i + 1]) * in[2 * i + 1]);
  }
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  for (int32_t i = 0; i < kBins; ++i) same = same && expected[i] == m.out<uint32_t>()[i];
  r.expect(same, "an energy is wrong");
}

}  // namespace

void test_signal_energy(Report& r) {
  constexpr int32_t kStarts[] = {0, 1, 4, 9};
  constexpr int32_t kEnds[] = {0, 4, 8, 9};
  for (const int32_t start : kStarts) {
    for (const int32_t end : kEnds) {
      if (end >= start && r.next_case()) check(r, start, end);
    }
  }
  if (!r.next_case()) return;
  const auto refused = [&](int32_t values, int32_t start, int32_t end, Code code, const char* what) {
    OneOp m;
    expect_refused(r, prepare(m, values, start, end), code, what);
  };
  refused(2 * kBins, 0, kBins + 1, Code::kUnsupportedOption, "an end past the last bin");
  refused(2 * kBins, 5, 4, Code::kUnsupportedOption, "a start behind the end");
  refused(2 * kBins, -1, 4, Code::kUnsupportedOption, "a negative start");
  refused(2 * kBins + 1, 0, 4, Code::kBadShape, "half a bin");
}

}  // namespace testing
}  // namespace midge
