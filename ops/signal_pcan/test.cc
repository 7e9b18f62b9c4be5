// SignalPCAN: bit for bit against TFLM on numbers of every size; the shrinking function and the table's corners by hand.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kChannels = 64, kTable = 125;

Status prepare(OneOp& m, int32_t channels, const int16_t* table, int32_t table_size, int32_t snr_shift) {
  m.input({Type::kUint32, shape_of(kChannels)});
  m.input({Type::kUint32, shape_of(channels)});
  m.input({Type::kInt16, shape_of(table_size), 0, 0, table, static_cast<uint32_t>(2 * table_size)});
  m.output({Type::kUint32, shape_of(kChannels)});
  return m.prepare(ops::signal_pcan, FlexMap().integer("snr_shift", snr_shift).options());
}

void check_bits(Report& r, int32_t snr_shift, uint32_t golden) {
  Random random(7);
  int16_t table[kTable];
  fill_signal(random, table, kTable);
  OneOp m;
  if (!r.expect_ok(prepare(m, kChannels, table, kTable, snr_shift), "prepare")) return;
  for (uint32_t i = 0; i < kChannels; ++i) {
    m.in<uint32_t>(0)[i] = random.next() >> i % 32;
    m.in<uint32_t>(1)[i] = random.next() >> i * 5 % 32;
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.expect(hash_of(m.out<uint32_t>(), 4 * kChannels) == golden, "the bits are not TFLM's");
}

/// A gain of 1 to the noise 0, 2 to 1, 3 to 2; then 4 + (the 10 bits behind the leading one) / 32.
void check_by_hand(Report& r) {
  int16_t table[kTable] = {1, 2, 3};
  for (int32_t i = 6; i < kTable; i += 4) table[i] = 4, table[i + 1] = 1 << 5;
  OneOp m;
  if (!r.expect_ok(prepare(m, kChannels, table, kTable, 0), "prepare")) return;
  struct Case {
    uint32_t in, noise, gain;
  };
  constexpr Case kCases[] = {{4096, 0, 1},  {5000, 1, 2},        {2730, 2, 3},       {100, 4, 4},
                             {2000, 6, 20}, {3, 0xffffffff, 36}, {1, 0x80000000, 4}, {0, 77, 10}};
  for (int32_t i = 0; i < kChannels; ++i) m.in<uint32_t>(0)[i] = kCases[i % 8].in, m.in<uint32_t>(1)[i] = kCases[i % 8].noise;
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  int64_t expected[kChannels], actual[kChannels];
  for (int32_t i = 0; i < kChannels; ++i) {
    const int64_t snr = static_cast<int64_t>(kCases[i % 8].in) * kCases[i % 8].gain;  // 12 bits of fraction
    expected[i] = snr < 8192 ? snr * snr / (1 << 20) : snr / 64 - 64;
    actual[i] = m.out<uint32_t>()[i];
  }
  r.equal("uint32", expected, actual, kChannels);
}

}  // namespace

void test_signal_pcan(Report& r) {
  if (r.next_case()) check_bits(r, 0, 0x4527b637);
  if (r.next_case()) check_bits(r, 6, 0xfbd8b007);
  if (r.next_case()) check_bits(r, 20, 0x7d2e9b08);
  if (r.next_case()) check_by_hand(r);
  if (!r.next_case()) return;
  constexpr int16_t kZeros[kTable] = {};
  const auto refused = [&](int32_t channels, int32_t table_size, int32_t snr_shift, Code code, const char* what) {
    OneOp m;
    expect_refused(r, prepare(m, channels, kZeros, table_size, snr_shift), code, what);
  };
  refused(kChannels - 1, kTable, 6, Code::kShapeMismatch, "an estimate too few");
  refused(kChannels, kTable - 1, 6, Code::kShapeMismatch, "a table that is too short");
  refused(kChannels, kTable, 64, Code::kUnsupportedOption, "a shift of 64");
}

}  // namespace testing
}  // namespace midge
