// LOG_SOFTMAX: quantised types within a step of the function in double, float32 within 2^-18 of the largest difference.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 3, kMostDepth = 100;

/// log x for x >= 1, by Newton's method on e^y = x.
double log_double(double x) {
  double y = 0;
  for (double rest = x; rest > 2; rest /= 2) y += 0.6931471805599453;
  for (int i = 0; i < 6; ++i) y += x / exp_double(y) - 1;
  return y;
}

void log_softmax_double(const double* x, int32_t depth, double* out) {
  double most = x[0], sum = 0;
  for (int32_t i = 1; i < depth; ++i) most = max(most, x[i]);
  for (int32_t i = 0; i < depth; ++i) sum += exp_double(max(x[i] - most, -100.0));
  for (int32_t i = 0; i < depth; ++i) out[i] = x[i] - most - log_double(sum);
}

template <class T>
void check_q(Report& r, Type type, int32_t depth, float scale) {
  const int32_t high = type == Type::kInt8 ? 127 : 255;
  Random random = r.random();
  OneOp m;
  m.input({type, shape_of(kRows, depth), scale, 7});
  m.output({type, shape_of(kRows, depth), 1.0f / 16, high});
  if (!r.expect_ok(m.prepare(ops::log_softmax), "prepare")) return;
  T* const in = m.in<T>(0);
  random.fill(in, kRows * depth);
  for (int32_t i = 0; i < depth; ++i) in[i] = 3;  // the first row is uniform
  T expected[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    double x[kMostDepth] = {}, y[kMostDepth];
    for (int32_t i = 0; i < depth; ++i) x[i] = static_cast<double>(in[row * depth + i]) * static_cast<double>(scale);
    log_softmax_double(x, depth, y);
    for (int32_t i = 0; i < depth; ++i)
      expected[row * depth + i] = static_cast<T>(high + static_cast<int32_t>(max(y[i] * 16 - 0.5, -255.0)));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within("log softmax", expected, m.out<T>(), kRows * depth, T{1});
}

void check_f32(Report& r, int32_t depth, float range) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, depth)});
  m.output({Type::kFloat32, shape_of(kRows, depth)});
  if (!r.expect_ok(m.prepare(ops::log_softmax), "prepare float32")) return;
  float expected[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    double x[kMostDepth] = {}, y[kMostDepth];
    for (int32_t i = 0; i < depth; ++i) {
      const float v = random.real(-range, range);
      m.in<float>(0)[row * depth + i] = v;
      x[i] = static_cast<double>(v);
    }
    log_softmax_double(x, depth, y);
    for (int32_t i = 0; i < depth; ++i) expected[row * depth + i] = static_cast<float>(y[i]);
  }
  r.expect_ok(m.invoke(), "invoke float32");
  r.within("float32", expected, m.out<float>(), kRows * depth, 2 * range / (1 << 18));
}

/// A row so long that the sum of the exponentials passes 32 bits: whatever comes out, eval() must return.
void check_long_row(Report& r, int32_t depth) {
  OneOp m;
  m.input({Type::kInt8, shape_of(1, depth), 0.1f, 0});
  m.output({Type::kInt8, shape_of(1, depth), 1.0f / 16, 127});
  if (!r.expect_ok(m.prepare(ops::log_softmax), "prepare a long row")) return;
  memset(m.in<int8_t>(0), 5, static_cast<size_t>(depth));
  r.expect_ok(m.invoke(), "invoke a long row");
}

void check_refusals(Report& r) {
  const auto prepared = [](float in_scale, float out_scale, int32_t zero_point, const Shape& shape) {
    OneOp m;
    m.input({Type::kInt8, shape, in_scale});
    m.output({Type::kInt8, shape, out_scale, zero_point});
    return m.prepare(ops::log_softmax).code();
  };
  r.expect(prepared(0.1f, 1.0f / 16, 127, shape_of(4)) == Code::kOk, "the contract's scale is taken");
  r.expect(prepared(0.1f, 1.0f / 8, 127, shape_of(4)) == Code::kNoScale, "another output scale is refused");
  r.expect(prepared(0.1f, 1.0f / 16, 0, shape_of(4)) == Code::kNoScale, "another zero point is refused");
  r.expect(prepared(1.0f / (1 << 26), 1.0f / 16, 127, shape_of(4)) == Code::kScaleRange, "an input step of one in Q5 is refused");
  r.expect(prepared(0.1f, 1.0f / 16, 127, Shape()) == Code::kUnsupportedRank, "a scalar is refused");
}

}  // namespace

void test_log_softmax(Report& r) {
  constexpr int32_t kDepths[] = {1, 2, 3, 10, 100};
  constexpr float kScales[] = {0.01f, 0.1f, 0.5f, 30.0f};
  for (const int32_t depth : kDepths) {
    for (const float scale : kScales) {
      if (r.next_case()) check_q<int8_t>(r, Type::kInt8, depth, scale);
      if (r.next_case()) check_q<uint8_t>(r, Type::kUint8, depth, scale);
      if (r.next_case()) check_f32(r, depth, 50 * scale);
    }
  }
  constexpr int32_t kLong[] = {4095, 4096, 8192, 16384};
  for (const int32_t depth : kLong) {
    if (r.next_case()) check_long_row(r, depth);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
