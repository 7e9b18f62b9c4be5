// SignalRfft: each length and type against the sum that defines it, and bit for bit against TFLM; rows that are filled up with zeros.
#include "kernels/fft/fft.h"
#include "kernels/fft/sin_cos.h"
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

/// One bin in double, divided by `divisor`.
template <class T>
Complex<double> bin(const T* in, int32_t samples, int32_t length, int32_t k, double divisor) {
  constexpr double kTwoPi = 6.283185307179586;
  Complex<double> sum = {0, 0};
  for (int32_t n = 0; n < samples; ++n) {
    const SinCos s = sin_cos(kTwoPi * (k * n % length) / length);
    sum.re += static_cast<double>(in[n]) * s.cos;
    sum.im -= static_cast<double>(in[n]) * s.sin;
  }
  return {sum.re / divisor, sum.im / divisor};
}

/// `golden`: the hash of the bits; 0 where there is none.
template <class T>
void check(Report& r, int32_t length, int32_t rows, int32_t samples, double divisor, double tolerance, uint32_t golden) {
  Random random(static_cast<uint32_t>(length));
  OneOp m;
  m.input({type_of<T>(), shape_of(rows, samples)});
  m.output({type_of<T>(), shape_of(rows, length + 2)});
  if (!r.expect_ok(m.prepare(ops::signal_rfft, FlexMap().integer("fft_length", length).options()), "prepare")) return;
  T in[2 * kMostFft];
  fill_signal(random, in, rows * samples);
  memcpy(m.in<T>(0), in, static_cast<uint32_t>(rows * samples) * sizeof(T));
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  for (int32_t row = 0; row < rows; ++row) {
    const T* const out = m.out<T>() + row * (length + 2);
    for (int32_t k = 0; k <= length / 2; k += 1 + length / 32) {
      const Complex<double> want = bin(in + row * samples, samples, length, k, divisor);
      const double expected[] = {want.re, want.im}, actual[] = {static_cast<double>(out[2 * k]), static_cast<double>(out[2 * k + 1])};
      for (int32_t part = 0; part < 2; ++part) {
        const double difference = expected[part] - actual[part];
        if (difference > tolerance || -difference > tolerance) r.expect(false, "a bin is not the sum that defines it");
      }
    }
  }
  if (golden != 0) r.expect(hash_of(m.out<T>(), static_cast<uint32_t>(length + 2) * sizeof(T)) == golden, "the bits are not TFLM's");
}

template <class T>
void check_refusals(Report& r) {
  const auto prepare = [](int32_t samples, int32_t out, FlexMap options) {
    OneOp m;
    m.input({type_of<T>(), shape_of(samples)});
    m.output({type_of<T>(), shape_of(out)});
    return m.prepare(ops::signal_rfft, options.options());
  };
  constexpr int32_t kBad[] = {-4, 0, 2, 7, 14, 22, INT32_MAX - 1};
  for (const int32_t length : kBad) {
    expect_refused(r, prepare(1, 18, FlexMap().integer("fft_length", length)), Code::kUnsupportedOption, "a length with other factors");
  }
  expect_refused(r, prepare(16, 18, FlexMap()), Code::kUnsupportedOption, "no length");
  expect_refused(r, prepare(17, 18, FlexMap().integer("fft_length", 16)), Code::kShapeMismatch, "a row longer than the transform");
  expect_refused(r, prepare(16, 16, FlexMap().integer("fft_length", 16)), Code::kShapeMismatch, "an output that is too short");
}

}  // namespace

void test_signal_rfft(Report& r) {
  for (const FftGolden& g : kFftGoldens) {
    const int32_t n = g.length;
    if (r.next_case()) check<int16_t>(r, n, 1, n, n, 12, g.forward[0]);
    if (r.next_case()) check<int32_t>(r, n, 1, n, n, 40, g.forward[1]);
    if (r.next_case()) check<float>(r, n, 1, n, 1, 3e-6 * n, g.forward[2]);
    if (r.next_case()) check<int16_t>(r, n, 2, n / 2 + 1, n, 12, 0);
    if (r.next_case()) check<float>(r, n, 2, n / 2 + 1, 1, 3e-6 * n, 0);
  }
  if (r.next_case()) check_refusals<int16_t>(r);
  if (r.next_case()) check_refusals<float>(r);
}

}  // namespace testing
}  // namespace midge
