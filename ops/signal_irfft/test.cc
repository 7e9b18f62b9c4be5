// SignalIrfft: bit for bit against TFLM, and float32 takes back what SignalRfft's definition makes of a signal.
#include "kernels/fft/sin_cos.h"
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check_bits(Report& r, int32_t length, uint32_t golden) {
  Random random(static_cast<uint32_t>(length));
  OneOp m;
  m.input({type_of<T>(), shape_of(length + 2)});
  m.output({type_of<T>(), shape_of(length)});
  if (!r.expect_ok(m.prepare(ops::signal_irfft, FlexMap().integer("fft_length", length).options()), "prepare")) return;
  fill_signal(random, m.in<T>(0), length + 2);
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  r.expect(hash_of(m.out<T>(), static_cast<uint32_t>(length) * sizeof(T)) == golden, "the bits are not TFLM's");
}

void check_inverse(Report& r, int32_t length) {
  constexpr double kTwoPi = 6.283185307179586;
  constexpr int32_t kRows = 2;
  Random random = r.random();
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, length + 2)});
  m.output({Type::kFloat32, shape_of(kRows, length)});
  if (!r.expect_ok(m.prepare(ops::signal_irfft, FlexMap().integer("fft_length", length).options()), "prepare")) return;
  float signal[kRows * kMostFft];
  fill_signal(random, signal, kRows * length);
  for (int32_t row = 0; row < kRows; ++row) {
    for (int32_t k = 0; k <= length / 2; ++k) {
      double re = 0, im = 0;
      for (int32_t n = 0; n < length; ++n) {
        const SinCos s = sin_cos(kTwoPi * (k * n % length) / length);
        re += static_cast<double>(signal[row * length + n]) * s.cos;
        im -= static_cast<double>(signal[row * length + n]) * s.sin;
      }
      m.in<float>(0)[row * (length + 2) + 2 * k] = static_cast<float>(re);
      m.in<float>(0)[row * (length + 2) + 2 * k + 1] = static_cast<float>(im);
    }
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.within("float32", signal, m.out<float>(), kRows * length, 4e-6f);
}

void check_refusals(Report& r) {
  const auto prepare = [](int32_t in, int32_t length) {
    OneOp m;
    m.input({Type::kInt16, shape_of(in)});
    m.output({Type::kInt16, shape_of(16)});
    return m.prepare(ops::signal_irfft, FlexMap().integer("fft_length", length).options());
  };
  expect_refused(r, prepare(16, 14), Code::kUnsupportedOption, "a length with other factors");
  expect_refused(r, prepare(16, 16), Code::kShapeMismatch, "an input that is too short");
  r.expect_ok(prepare(18, 16), "prepare");
}

}  // namespace

void test_signal_irfft(Report& r) {
  for (const FftGolden& g : kFftGoldens) {
    if (r.next_case()) check_bits<int16_t>(r, g.length, g.inverse[0]);
    if (r.next_case()) check_bits<int32_t>(r, g.length, g.inverse[1]);
    if (r.next_case()) check_bits<float>(r, g.length, g.inverse[2]);
    if (g.length <= 64 && r.next_case()) check_inverse(r, g.length);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
