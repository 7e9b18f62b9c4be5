// Elementwise operators with one input against a function in double: quantised numbers within a step, float32 within a relative error,
// integers exactly. The targets have no libm.
#pragma once
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

constexpr Contract kContracts[] = {Contract::kLitert, Contract::kTflm};
constexpr double kPi = 3.14159265358979323846;

/// To 1e-12, for |x| up to 100.
inline double sin_double(double x) {
  const double turns = x / (2 * kPi);
  x -= 2 * kPi * static_cast<double>(static_cast<int64_t>(turns + (turns < 0 ? -0.5 : 0.5)));
  double sum = 0, term = x;
  for (int32_t n = 2; n < 34; n += 2) sum += term, term *= -x * x / (n * (n + 1));
  return sum;
}

/// For x from 1e-6 to 1e6.
inline double sqrt_double(double x) {
  double root = x > 1 ? x : 1;
  for (int32_t i = 0; i < 16; ++i) root = (root + x / root) / 2;
  return root;
}

inline double log_double(double x) {
  double power = 0;
  for (; x > 1.5; x /= 2) ++power;
  for (; x < 0.75; x *= 2) --power;
  const double s = (x - 1) / (x + 1);
  double sum = 0, term = 2 * s;
  for (int32_t n = 1; n < 25; n += 2) sum += term / n, term *= s * s;
  return sum + power * 0.69314718055994530942;
}

inline double tanh_double(double x) {
  if (x > 20 || x < -20) return x > 0 ? 1 : -1;
  return 1 - 2 / (exp_double(2 * x) + 1);
}

/// erf(x) by its Taylor series, to 1e-8 as far as |x| = 4; +-1 beyond.
inline double erf_double(double x) {
  if (x > 4 || x < -4) return x > 0 ? 1 : -1;
  double sum = 0, term = x;
  for (int32_t n = 0; n < 60; ++n) sum += term / (2 * n + 1), term *= -x * x / (n + 1);
  return sum * 2 / sqrt_double(kPi);
}

template <class T>
constexpr Type type_of() {
  if (sizeof(T) == 4) return static_cast<T>(0.5f) != 0 ? Type::kFloat32 : Type::kInt32;
  if (sizeof(T) == 8) return Type::kInt64;
  if (sizeof(T) == 2) return Type::kInt16;
  return static_cast<T>(-1) < 0 ? Type::kInt8 : Type::kUint8;
}

/// Nearest, ties away from zero, saturated.
template <class T>
T quantize_to(double real, Quant out) {
  constexpr double kLow = static_cast<T>(-1) < 0 ? (sizeof(T) == 1 ? -128 : -32768) : 0, kHigh = kLow + (sizeof(T) == 1 ? 255 : 65535);
  const double q = clamp(real / static_cast<double>(out.scale), -1e6, 1e6);
  return static_cast<T>(clamp(static_cast<double>(static_cast<int64_t>(q + (q < 0 ? -0.5 : 0.5)) + out.zero_point), kLow, kHigh));
}

/// Some integers of a quantised type and the options of the operator.
struct UnaryCase {
  Quant in, out;
  Options options = Options();
  Contract contract = Contract::kLitert;
  int32_t tolerance = 1;  ///< in steps
};

/// Over 256 inputs from `first` on, evenly over the type's range: all of them for 8 bits.
template <class T, class F>
void check_unary_q(Report& r, const OpRegistration& op, const UnaryCase& k, F f, int32_t first = static_cast<T>(-1) < 0 ? INT16_MIN : 0) {
  constexpr int32_t kCount = 256, kLow = static_cast<T>(-1) < 0 ? -128 : 0;
  OneOp m;
  m.input({type_of<T>(), shape_of(1, 16, 16), k.in.scale, k.in.zero_point});
  m.output({type_of<T>(), shape_of(1, 16, 16), k.out.scale, k.out.zero_point});
  if (!r.expect_ok(m.prepare(op, k.options, k.contract), "prepare quantised")) return;
  T expected[kCount];
  int32_t n = 0;
  for (int32_t i = 0; i < kCount; ++i) {
    const int32_t q = sizeof(T) == 1 ? kLow + i : -32768 + 257 * i;
    if (q < first) continue;
    m.in<T>(0)[n] = static_cast<T>(q);
    expected[n++] = quantize_to<T>(f(static_cast<double>(q - k.in.zero_point) * static_cast<double>(k.in.scale)), k.out);
  }
  for (int32_t i = n; i < kCount; ++i) m.in<T>(0)[i] = m.in<T>(0)[0];
  r.expect_ok(m.invoke(), "invoke quantised");
  r.within<T>("quantised", expected, m.out<T>(), n, static_cast<T>(k.tolerance));
}

/// float32 over [low, high].
template <class F>
void check_unary_f32(Report& r, const OpRegistration& op, float low, float high, float tolerance, F f, const Options& options = Options()) {
  constexpr int32_t kCount = 101;
  OneOp m;
  m.input({Type::kFloat32, shape_of(kCount)});
  m.output({Type::kFloat32, shape_of(kCount)});
  if (!r.expect_ok(m.prepare(op, options), "prepare float32")) return;
  float expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const float x = low + (high - low) * static_cast<float>(i) / (kCount - 1);
    m.in<float>(0)[i] = x;
    expected[i] = static_cast<float>(f(static_cast<double>(x)));
  }
  r.expect_ok(m.invoke(), "invoke float32");
  r.within("float32", expected, m.out<float>(), kCount, tolerance);
}

/// Types without scales, exactly; the extremes are among the inputs.
template <class T, class F>
void check_unary_exact(Report& r, const OpRegistration& op, F f) {
  constexpr int32_t kCount = 40;
  Random random = r.random();
  OneOp m;
  m.input({type_of<T>(), shape_of(kCount)});
  m.output({type_of<T>(), shape_of(kCount)});
  if (!r.expect_ok(m.prepare(op), "prepare")) return;
  T expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const uint64_t lowest = UINT64_C(1) << (8 * sizeof(T) - 1);
    const T x = static_cast<T>(i < 3 ? lowest - static_cast<uint64_t>(i) : (i < 6 ? static_cast<uint64_t>(i) - 4 : random.next()));
    m.in<T>(0)[i] = x;
    expected[i] = f(x);
  }
  r.expect_ok(m.invoke(), "invoke");
  r.equal("integers", expected, m.out<T>(), kCount);
}

/// An operator that refuses inputs below the zero point when it meets them.
template <class T>
void check_negative(Report& r, const OpRegistration& op) {
  OneOp m;
  m.input({type_of<T>(), shape_of(8), 0.1f});
  m.output({type_of<T>(), shape_of(8), 0.1f});
  if (!r.expect_ok(m.prepare(op), "prepare")) return;
  for (int32_t i = 0; i < 8; ++i) m.in<T>(0)[i] = static_cast<T>(i);
  r.expect_ok(m.invoke(), "invoke");
  m.in<T>(0)[5] = -1;
  r.expect(m.invoke().code() == Code::kBadData, "a negative input");
}

/// What prepare() says to one tensor in and one out.
inline Status prepare_unary_case(const OpRegistration& op, const TensorSpec& in, const TensorSpec& out, const Options& options = Options()) {
  OneOp m;
  m.input(in);
  m.output(out);
  return m.prepare(op, options);
}
inline void check_refused(Report& r, const OpRegistration& op, const TensorSpec& in, const TensorSpec& out, Code code, const char* what) {
  r.expect(prepare_unary_case(op, in, out).code() == code, what);
}

/// What every quantised unary operator refuses: another shape, another type, no scales.
inline void check_unary_refusals(Report& r, const OpRegistration& op, Type type, Quant in, Quant out) {
  const TensorSpec good_in = {type, shape_of(2, 3), in.scale, in.zero_point}, good_out = {type, shape_of(2, 3), out.scale, out.zero_point};
  TensorSpec bad = good_out;
  bad.shape = shape_of(3, 2);
  r.expect(prepare_unary_case(op, good_in, good_out).ok(), "what is refused is nearly right");
  check_refused(r, op, good_in, bad, Code::kShapeMismatch, "another shape");
  bad = good_out, bad.type = Type::kBool;
  check_refused(r, op, good_in, bad, Code::kUnsupportedType, "another type");
  bad = good_in, bad.scale = 0;
  check_refused(r, op, bad, good_out, Code::kNoScale, "an input without a scale");
  bad = good_out, bad.scale = 0;
  check_refused(r, op, good_in, bad, Code::kNoScale, "an output without a scale");
}

/// What the int16 ones refuse besides.
inline void check_s16_refusals(Report& r, const OpRegistration& op, float in, float out) {
  check_unary_refusals(r, op, Type::kInt16, {in, 0}, {out, 0});
  check_refused(r, op, {Type::kInt16, shape_of(4), in, 1}, {Type::kInt16, shape_of(4), out, 0}, Code::kQuantization, "an input zero point");
  check_refused(r, op, {Type::kInt16, shape_of(4), in, 0}, {Type::kInt16, shape_of(4), out, 1}, Code::kQuantization, "an output zero point");
}

}  // namespace testing
}  // namespace midge
