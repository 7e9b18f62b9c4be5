// SignalFilterBankLog: bit for bit against TFLM on numbers of every size, and near the logarithm in double.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 64;

/// ln(x) for x >= 1, to 1e-9.
double ln_double(double x) {
  double result = 0;
  for (; x > 1.5; x /= 2) result += 0.6931471805599453;
  const double t = (x - 1) / (x + 1);
  double term = t;
  for (int32_t n = 1; n < 40; n += 2, term *= t * t) result += 2 * term / n;
  return result;
}

Status prepare(OneOp& m, int32_t correction_bits, int32_t scale) {
  m.input({Type::kUint32, shape_of(kCount)});
  m.output({Type::kInt16, shape_of(kCount)});
  return m.prepare(ops::signal_filter_bank_log,
                   FlexMap().integer("input_correction_bits", correction_bits).integer("output_scale", scale).options());
}

void check(Report& r, int32_t correction_bits, int32_t scale, uint32_t golden) {
  Random random(9);
  OneOp m;
  if (!r.expect_ok(prepare(m, correction_bits, scale), "prepare")) return;
  uint32_t* const in = m.in<uint32_t>(0);
  for (uint32_t i = 0; i < kCount; ++i) in[i] = random.next() >> i % 32;
  int16_t expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const uint32_t x = in[i] << correction_bits;
    expected[i] = x < 2 ? int16_t{0} : static_cast<int16_t>(min(ln_double(static_cast<double>(x)) * scale + 0.5, 32767.0));
  }
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  // Larger scales wrap before they are cut off. A piece of the table is flat, so up to ln 2 * 224 / 65536 off at its end.
  if (scale < 2048) r.within("int16", expected, m.out<int16_t>(), kCount, static_cast<int16_t>(1 + scale / 422));
  r.expect(hash_of(m.out<int16_t>(), 2 * kCount) == golden, "the bits are not TFLM's");
}

}  // namespace

void test_signal_filter_bank_log(Report& r) {
  if (r.next_case()) check(r, 0, 1600, 0x6e2648c9);
  if (r.next_case()) check(r, 3, 64, 0x70a74728);
  if (r.next_case()) check(r, 5, 32768, 0xd9227403);
  if (r.next_case()) check(r, 8, 1, 0x0c028b8f);
  if (!r.next_case()) return;
  OneOp m;
  expect_refused(r, prepare(m, 32, 64), Code::kUnsupportedOption, "a correction of 32 bits");
}

}  // namespace testing
}  // namespace midge
