// See fft.h.
#include "kernels/fft/fft.h"

#include "base/fixed_point.h"
#include "kernels/fft/sin_cos.h"

namespace midge {
namespace {

/// Numbers in [-1, 1) with kBits of fraction.
template <class T, class Product, int kBits>
struct FixedPoint {
  static constexpr Product kLargest = (Product{1} << kBits) - 1;

  static T rounded(Product p) { return static_cast<T>((p + (Product{1} << (kBits - 1))) >> kBits); }
  static T add(T a, T b) { return static_cast<T>(wrapping_add(int32_t{a}, int32_t{b})); }
  static T sub(T a, T b) { return static_cast<T>(wrapping_sub(a, b)); }
  static T negated(T a) { return sub(0, a); }
  static T mul(T a, T b) { return rounded(Product{a} * b); }
  static Complex<T> mul(Complex<T> a, Complex<T> b) {
    return {rounded(Product{a.re} * b.re - Product{a.im} * b.im), rounded(Product{a.re} * b.im + Product{a.im} * b.re)};
  }
  /// x / k, by the reciprocal rounded down.
  template <int k>
  static T divide(T x) {
    return rounded(Product{x} * (kLargest / k));
  }
  static T half(T a) { return static_cast<T>(a >> 1); }
  static T half_sum(T a, T b) { return static_cast<T>(wrapping_add(int32_t{a}, int32_t{b}) >> 1); }
  static T half_difference(T a, T b) { return static_cast<T>(wrapping_sub(a, b) >> 1); }
  static T twiddle(double x) {  // to nearest, ties up
    const double scaled = 0.5 + kLargest * x;
    const int32_t whole = static_cast<int32_t>(scaled);
    return static_cast<T>(whole - (whole > scaled ? 1 : 0));
  }

 private:
  static int32_t wrapping_sub(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b)); }
};

template <class T>
struct Arithmetic;
template <>
struct Arithmetic<int16_t> : FixedPoint<int16_t, int32_t, 15> {};
template <>
struct Arithmetic<int32_t> : FixedPoint<int32_t, int64_t, 31> {};
template <>
struct Arithmetic<float> {
  static float add(float a, float b) { return a + b; }
  static float sub(float a, float b) { return a - b; }
  static float negated(float a) { return -a; }
  static float mul(float a, float b) { return a * b; }
  static Complex<float> mul(Complex<float> a, Complex<float> b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
  template <int k>
  static float divide(float x) {
    return x;
  }
  static float half(float a) { return a * 0.5f; }
  static float half_sum(float a, float b) { return (a + b) * 0.5f; }
  static float half_difference(float a, float b) { return (a - b) * 0.5f; }
  static float twiddle(double x) { return static_cast<float>(x); }
};

template <class T>
Complex<T> add(Complex<T> a, Complex<T> b) {
  return {Arithmetic<T>::add(a.re, b.re), Arithmetic<T>::add(a.im, b.im)};
}
template <class T>
Complex<T> sub(Complex<T> a, Complex<T> b) {
  return {Arithmetic<T>::sub(a.re, b.re), Arithmetic<T>::sub(a.im, b.im)};
}
template <class T>
Complex<T> conjugate(Complex<T> a) {
  return {a.re, Arithmetic<T>::negated(a.im)};
}
template <int k, class T>
Complex<T> divide(Complex<T> a) {
  return {Arithmetic<T>::template divide<k>(a.re), Arithmetic<T>::template divide<k>(a.im)};
}

/// One stage on a block of radix * m numbers; `stride` between the twiddles of neighbours.
template <class T>
struct Block {
  using A = Arithmetic<T>;
  Complex<T>* x;
  const Complex<T>* twiddles;
  int32_t m, stride;

  void radix_2() const {
    for (int32_t i = 0; i < m; ++i) {
      const Complex<T> a = divide<2>(x[i]), b = A::mul(divide<2>(x[i + m]), twiddles[i * stride]);
      x[i] = add(a, b);
      x[i + m] = sub(a, b);
    }
  }

  void radix_3() const {
    const T sine = twiddles[m * stride].im;
    for (int32_t i = 0; i < m; ++i) {
      const Complex<T> a = divide<3>(x[i]);
      const Complex<T> b = A::mul(divide<3>(x[i + m]), twiddles[i * stride]);
      const Complex<T> c = A::mul(divide<3>(x[i + 2 * m]), twiddles[2 * i * stride]);
      const Complex<T> sum = add(b, c), difference = sub(b, c);
      const Complex<T> middle = {A::sub(a.re, A::half(sum.re)), A::sub(a.im, A::half(sum.im))};
      const Complex<T> turned = {A::mul(difference.re, sine), A::mul(difference.im, sine)};
      x[i] = add(a, sum);
      x[i + m] = {A::sub(middle.re, turned.im), A::add(middle.im, turned.re)};
      x[i + 2 * m] = {A::add(middle.re, turned.im), A::sub(middle.im, turned.re)};
    }
  }

  void radix_4(bool inverse) const {
    const int32_t quarter = inverse ? 3 * m : m;
    for (int32_t i = 0; i < m; ++i) {
      const Complex<T> a = divide<4>(x[i]);
      const Complex<T> b = A::mul(divide<4>(x[i + m]), twiddles[i * stride]);
      const Complex<T> c = A::mul(divide<4>(x[i + 2 * m]), twiddles[2 * i * stride]);
      const Complex<T> d = A::mul(divide<4>(x[i + 3 * m]), twiddles[3 * i * stride]);
      const Complex<T> even = add(a, c), odd = add(b, d), even_difference = sub(a, c), odd_difference = sub(b, d);
      x[i] = add(even, odd);
      x[i + 2 * m] = sub(even, odd);
      x[i + quarter] = {A::add(even_difference.re, odd_difference.im), A::sub(even_difference.im, odd_difference.re)};
      x[i + 4 * m - quarter] = {A::sub(even_difference.re, odd_difference.im), A::add(even_difference.im, odd_difference.re)};
    }
  }

  void radix_5() const {
    const Complex<T> ya = twiddles[m * stride], yb = twiddles[2 * m * stride];
    for (int32_t i = 0; i < m; ++i) {
      const Complex<T> a = divide<5>(x[i]);
      Complex<T> t[5];
      for (int32_t k = 1; k < 5; ++k) t[k] = A::mul(divide<5>(x[i + k * m]), twiddles[k * i * stride]);
      const Complex<T> outer = add(t[1], t[4]), inner = add(t[2], t[3]);
      const Complex<T> outer_difference = sub(t[1], t[4]), inner_difference = sub(t[2], t[3]);
      x[i] = add(a, add(outer, inner));
      const Complex<T> p = {A::add(A::add(a.re, A::mul(outer.re, ya.re)), A::mul(inner.re, yb.re)),
                            A::add(A::add(a.im, A::mul(outer.im, ya.re)), A::mul(inner.im, yb.re))};
      const Complex<T> q = {A::add(A::mul(outer_difference.im, ya.im), A::mul(inner_difference.im, yb.im)),
                            A::sub(A::negated(A::mul(outer_difference.re, ya.im)), A::mul(inner_difference.re, yb.im))};
      x[i + m] = sub(p, q);
      x[i + 4 * m] = add(p, q);
      const Complex<T> u = {A::add(A::add(a.re, A::mul(outer.re, yb.re)), A::mul(inner.re, ya.re)),
                            A::add(A::add(a.im, A::mul(outer.im, yb.re)), A::mul(inner.im, ya.re))};
      const Complex<T> v = {A::sub(A::mul(inner_difference.im, ya.im), A::mul(outer_difference.im, yb.im)),
                            A::sub(A::mul(outer_difference.re, yb.im), A::mul(inner_difference.re, ya.im))};
      x[i + 2 * m] = add(u, v);
      x[i + 3 * m] = sub(u, v);
    }
  }
};

/// The stages, in place, on numbers in digit-reversed order.
template <class T>
void run_stages(const FftStages& stages, const Complex<T>* twiddles, bool inverse, Complex<T>* x) {
  int32_t m = 1, stride = stages.points;
  for (int32_t s = stages.count - 1; s >= 0; --s) {
    const int32_t radix = stages.radices[s];
    stride /= radix;
    for (int32_t at = 0; at < stages.points; at += radix * m) {
      const Block<T> block{x + at, twiddles, m, stride};
      switch (radix) {
        case 2: block.radix_2(); break;
        case 3: block.radix_3(); break;
        case 4: block.radix_4(inverse); break;
        default: block.radix_5(); break;
      }
    }
    m *= radix;
  }
}

/// Where number i goes before the stages: a counter whose first digit, of the first radix, weighs most.
class DigitReversal {
 public:
  explicit DigitReversal(const FftStages& stages) : stages_(stages) {
    int32_t weight = stages.points;
    for (int32_t s = 0; s < stages.count; ++s) {
      weight /= stages.radices[s];
      weights_[s] = weight;
    }
  }
  int32_t position() const { return position_; }
  /// From the last number on to the first, and the other way round.
  void next() {
    for (int32_t s = 0; s < stages_.count; ++s) {
      position_ += weights_[s];
      if (++digits_[s] < stages_.radices[s]) return;
      position_ -= digits_[s] * weights_[s];
      digits_[s] = 0;
    }
  }
  void previous() {
    for (int32_t s = 0; s < stages_.count; ++s) {
      position_ -= weights_[s];
      if (digits_[s]-- != 0) return;
      digits_[s] = static_cast<uint8_t>(stages_.radices[s] - 1);
      position_ += stages_.radices[s] * weights_[s];
    }
  }

 private:
  const FftStages& stages_;
  int32_t weights_[FftStages::kMost];
  uint8_t digits_[FftStages::kMost] = {};
  int32_t position_ = 0;
};

}  // namespace

bool plan_real_fft(int32_t real_length, FftStages* out) {
  if (real_length < 4 || real_length % 2 != 0) return false;
  out->points = real_length / 2;
  out->count = 0;
  int32_t rest = out->points;
  constexpr uint8_t kRadices[] = {4, 2, 3, 5};
  for (const uint8_t radix : kRadices) {
    for (; rest % radix == 0; rest /= radix) out->radices[out->count++] = radix;
  }
  return rest == 1;
}

template <class T>
void fill_real_fft_twiddles(int32_t points, bool inverse, Complex<T>* twiddles) {
  constexpr double kPi = 3.14159265358979323846;
  const auto fill = [&](double phase) {
    const SinCos s = sin_cos(inverse ? -phase : phase);
    *twiddles++ = {Arithmetic<T>::twiddle(s.cos), Arithmetic<T>::twiddle(s.sin)};
  };
  // The phases' own roundings count, so they are computed as they are defined.
  for (int32_t i = 0; i < points; ++i) fill(-2 * kPi * i / points);
  for (int32_t i = 1; i <= points / 2; ++i) fill(-kPi * (static_cast<double>(i) / points + 0.5));
}

template <class T>
void real_fft(const FftStages& stages, const Complex<T>* twiddles, const T* in, int32_t samples, Complex<T>* out) {
  using A = Arithmetic<T>;
  const int32_t n = stages.points;
  const auto sample = [&](int32_t i) { return i < samples ? in[i] : T{0}; };
  DigitReversal to(stages);
  for (int32_t i = 0; i < n; ++i, to.next()) out[to.position()] = {sample(2 * i), sample(2 * i + 1)};
  run_stages(stages, twiddles, false, out);
  const Complex<T> first = divide<2>(out[0]);
  out[0] = {A::add(first.re, first.im), 0};
  out[n] = {A::sub(first.re, first.im), 0};
  for (int32_t k = 1; k <= n / 2; ++k) {
    const Complex<T> a = divide<2>(out[k]), b = divide<2>(conjugate(out[n - k]));
    const Complex<T> even = add(a, b), odd = A::mul(sub(a, b), twiddles[n + k - 1]);
    out[k] = {A::half_sum(even.re, odd.re), A::half_sum(even.im, odd.im)};
    out[n - k] = {A::half_difference(even.re, odd.re), A::half_difference(odd.im, even.im)};
  }
}

template <class T>
void inverse_real_fft(const FftStages& stages, const Complex<T>* twiddles, const Complex<T>* in, Complex<T>* out) {
  using A = Arithmetic<T>;
  const int32_t n = stages.points;
  out[0] = divide<2>(Complex<T>{A::add(in[0].re, in[n].re), A::sub(in[0].re, in[n].re)});
  DigitReversal up(stages), down(stages);
  for (int32_t k = 1; k <= n / 2; ++k) {
    up.next();
    down.previous();
    const Complex<T> a = divide<2>(in[k]), b = divide<2>(conjugate(in[n - k]));
    const Complex<T> even = add(a, b), odd = A::mul(sub(a, b), twiddles[n + k - 1]);
    out[up.position()] = add(even, odd);
    out[down.position()] = conjugate(sub(even, odd));
  }
  run_stages(stages, twiddles, true, out);
}

#define MIDGE_FFT(T)                                                                              \
  template void fill_real_fft_twiddles<T>(int32_t, bool, Complex<T>*);                            \
  template void real_fft<T>(const FftStages&, const Complex<T>*, const T*, int32_t, Complex<T>*); \
  template void inverse_real_fft<T>(const FftStages&, const Complex<T>*, const Complex<T>*, Complex<T>*);
MIDGE_FFT(int16_t)
MIDGE_FFT(int32_t)
MIDGE_FFT(float)
#undef MIDGE_FFT

}  // namespace midge
