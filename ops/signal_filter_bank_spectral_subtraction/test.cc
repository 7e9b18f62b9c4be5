// SignalFilterBankSpectralSubtraction: several inferences against the formulas, then the same again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kChannels = 7, kSteps = 6;

FlexMap options(bool clamping, int32_t channels, int32_t smoothing_bits, int32_t bits) {
  return FlexMap()
      .integer("alternate_one_minus_smoothing", 15401)
      .integer("alternate_smoothing", 983)
      .boolean("clamping", clamping)
      .integer("min_signal_remaining", 819)
      .integer("num_channels", channels)
      .integer("one_minus_smoothing", 15975)
      .integer("smoothing", 409)
      .integer("smoothing_bits", smoothing_bits)
      .integer("spectral_subtraction_bits", bits);
}

Status prepare(OneOp& m, FlexMap map) {
  m.input({Type::kUint32, shape_of(kChannels)});
  m.output({Type::kUint32, shape_of(kChannels)});
  m.output({Type::kUint32, shape_of(kChannels)});
  return m.prepare(ops::signal_filter_bank_spectral_subtraction, map.options());
}

void check(Report& r, bool clamping, int32_t smoothing_bits) {
  OneOp m;
  if (!r.expect_ok(prepare(m, options(clamping, kChannels, smoothing_bits, 14)), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    Random random = r.random();
    uint64_t noise[kChannels] = {};
    for (int32_t step = 0; step < kSteps; ++step) {
      int64_t expected[2 * kChannels], actual[2 * kChannels];
      uint32_t* const in = m.in<uint32_t>(0);
      for (int32_t i = 0; i < kChannels; ++i) {
        in[i] = random.next() >> (12 + (step * 3 + i) % 9 + smoothing_bits / 2);  // the noise exceeds some
        const uint64_t x = static_cast<uint64_t>(in[i]) << smoothing_bits & 0xffffffff;
        noise[i] = (i % 2 == 0 ? x * 409 + noise[i] * 15975 : x * 983 + noise[i] * 15401) / 16384;
        const uint64_t rest = noise[i] > x ? 0 : x - noise[i];
        if (clamping && noise[i] > x) noise[i] = x;
        expected[i] = static_cast<int64_t>(max(rest >> smoothing_bits, static_cast<uint64_t>(in[i]) * 819 / 16384));
        expected[kChannels + i] = static_cast<int64_t>(noise[i]);
      }
      if (!r.expect_ok(m.invoke(), "invoke")) return;
      for (int32_t i = 0; i < kChannels; ++i) actual[i] = m.out<uint32_t>(0)[i], actual[kChannels + i] = m.out<uint32_t>(1)[i];
      r.equal("outputs and noise", expected, actual, 2 * kChannels);
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_signal_filter_bank_spectral_subtraction(Report& r) {
  constexpr int32_t kBits[] = {0, 4, 10};
  for (const int32_t bits : kBits) {
    if (r.next_case()) check(r, false, bits);
    if (r.next_case()) check(r, true, bits);
  }
  if (!r.next_case()) return;
  const auto refused = [&](FlexMap map, const char* what) {
    OneOp m;
    expect_refused(r, prepare(m, map), Code::kUnsupportedOption, what);
  };
  refused(options(false, kChannels + 1, 10, 14), "another number of channels");
  refused(options(false, kChannels, 32, 14), "smoothing_bits of 32");
  refused(options(false, kChannels, 10, 64), "spectral_subtraction_bits of 64");
  refused(FlexMap().integer("num_channels", kChannels), "options that are missing");
}

}  // namespace testing
}  // namespace midge
