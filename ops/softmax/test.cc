// SOFTMAX: int8 within a step of the function in double, monotonic, and rows that sum to one; float32 within 2^-21.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 3, kMostDepth = 100;

void softmax_double(const double* x, double beta, int32_t depth, double* out) {
  double most = x[0], sum = 0;
  for (int32_t i = 1; i < depth; ++i) most = max(most, x[i]);
  for (int32_t i = 0; i < depth; ++i) sum += out[i] = exp_double(max((x[i] - most) * beta, -100.0));
  for (int32_t i = 0; i < depth; ++i) out[i] /= sum;
}

void check_s8(Report& r, int32_t depth, float scale, float beta) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kInt8, shape_of(kRows, depth), scale, 7});
  m.output({Type::kInt8, shape_of(kRows, depth), 1.0f / 256, -128});
  if (!r.expect_ok(m.prepare(ops::softmax_s8, Options().f32(0, beta)), "prepare int8")) return;
  int8_t* const in = m.in<int8_t>(0);
  random.fill_s8(in, kRows * depth);
  for (int32_t i = 0; i < depth; ++i) in[i] = 3;  // the first row is uniform
  int8_t copy[kRows * kMostDepth], expected[kRows * kMostDepth];
  memcpy(copy, in, static_cast<size_t>(kRows * depth));
  for (int32_t row = 0; row < kRows; ++row) {
    double x[kMostDepth] = {}, y[kMostDepth];
    for (int32_t i = 0; i < depth; ++i) x[i] = static_cast<double>(copy[row * depth + i]) * static_cast<double>(scale);
    softmax_double(x, static_cast<double>(beta), depth, y);
    for (int32_t i = 0; i < depth; ++i) expected[row * depth + i] = quantize_double(y[i], 1.0f / 256, -128);
  }
  r.expect_ok(m.invoke(), "invoke int8");
  const int8_t* const out = m.out<int8_t>();
  r.within<int8_t>("int8", expected, out, kRows * depth, 1);
  bool monotonic = true;
  for (int32_t row = 0; row < kRows; ++row) {
    int32_t sum = 0;
    for (int32_t i = 0; i < depth; ++i) {
      sum += out[row * depth + i] + 128;
      monotonic = monotonic && (copy[row * depth + i] < copy[row * depth] ? out[row * depth + i] <= out[row * depth]
                                                                          : out[row * depth + i] >= out[row * depth]);
    }
    r.expect(sum <= 256 + depth && sum >= 255 - depth, "a row does not sum to one");
  }
  r.expect(monotonic, "a larger input has a smaller output");
}

void check_f32(Report& r, int32_t depth, float beta) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, depth)});
  m.output({Type::kFloat32, shape_of(kRows, depth)});
  if (!r.expect_ok(m.prepare(ops::softmax, Options().f32(0, beta)), "prepare float32")) return;
  float expected[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    double x[kMostDepth] = {}, y[kMostDepth];
    for (int32_t i = 0; i < depth; ++i) {
      const float v = random.real(-10, 10);
      m.in<float>(0)[row * depth + i] = v;
      x[i] = static_cast<double>(v);
    }
    softmax_double(x, static_cast<double>(beta), depth, y);
    for (int32_t i = 0; i < depth; ++i) expected[row * depth + i] = static_cast<float>(y[i]);
  }
  r.expect_ok(m.invoke(), "invoke float32");
  r.within("float32", expected, m.out<float>(), kRows * depth, 1.0f / (1 << 18));
}

/// A row so long that the sum of the contract's Q12 exponentials passes 32 bits: whatever comes out, eval() must return.
void check_long_row(Report& r, int32_t depth) {
  OneOp m;
  m.input({Type::kInt8, shape_of(1, depth), 0.1f, 0});
  m.output({Type::kInt8, shape_of(1, depth), 1.0f / 256, -128});
  if (!r.expect_ok(m.prepare(ops::softmax_s8, Options().f32(0, 1)), "prepare a long row")) return;
  memset(m.in<int8_t>(0), 5, static_cast<size_t>(depth));
  r.expect_ok(m.invoke(), "invoke a long row");
  const int8_t first = m.out<int8_t>()[0];
  bool same = true;
  for (int32_t i = 1; i < depth; ++i) same = same && m.out<int8_t>()[i] == first;
  r.expect(same, "equal inputs have different outputs");
}

}  // namespace

void test_softmax(Report& r) {
  constexpr int32_t kDepths[] = {1, 2, 3, 10, 100};
  constexpr float kScales[] = {0.01f, 0.1f, 0.5f}, kBetas[] = {1.0f, 0.5f};
  for (const int32_t depth : kDepths) {
    for (const float beta : kBetas) {
      for (const float scale : kScales) {
        if (r.next_case()) check_s8(r, depth, scale, beta);
      }
      if (r.next_case()) check_f32(r, depth, beta);
    }
  }
  constexpr int32_t kLong[] = {4095, 4096, 4097, 6000, 8192, 16384};
  for (const int32_t depth : kLong) {
    if (r.next_case()) check_long_row(r, depth);
  }
}

}  // namespace testing
}  // namespace midge
