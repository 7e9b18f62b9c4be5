// SignalFftAutoScale: every magnitude, and what -32768 does.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const int16_t (&in)[3], int32_t bits) {
  OneOp m;
  m.input({Type::kInt16, shape_of(3)});
  m.output({Type::kInt16, shape_of(3)});
  m.output({Type::kInt32, Shape()});
  if (!r.expect_ok(m.prepare(ops::signal_fft_auto_scale), "prepare")) return;
  int16_t expected[3];
  for (int32_t i = 0; i < 3; ++i) {
    m.in<int16_t>(0)[i] = in[i];
    expected[i] = static_cast<int16_t>(static_cast<uint32_t>(in[i]) << bits);
  }
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  r.equal("bits", &bits, m.out<int32_t>(1), 1);
  r.equal("int16", expected, m.out<int16_t>(), 3);
}

}  // namespace

void test_signal_fft_auto_scale(Report& r) {
  for (int32_t bits = 0; bits <= 14; ++bits) {
    const int16_t most = static_cast<int16_t>(0x7fff >> bits), least = static_cast<int16_t>((most >> 1) + 1);
    if (r.next_case()) check(r, {0, most, static_cast<int16_t>(-least)}, bits);
    if (r.next_case()) check(r, {static_cast<int16_t>(-most), 1, 0}, bits);
    if (r.next_case()) check(r, {-1, least, 1}, bits);
  }
  if (r.next_case()) check(r, {0, 0, 0}, 0);
  if (r.next_case()) check(r, {-32768, -32768, -32768}, 0);
  if (r.next_case()) check(r, {100, 7, -32768}, 0);
  if (r.next_case()) check(r, {-32768, 7, 100}, 8);  // its magnitude wraps: the others decide
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kInt16, shape_of(3)});
  m.output({Type::kInt16, shape_of(3)});
  m.output({Type::kInt16, Shape()});
  expect_refused(r, m.prepare(ops::signal_fft_auto_scale), Code::kUnsupportedType, "bits of int16");
}

}  // namespace testing
}  // namespace midge
