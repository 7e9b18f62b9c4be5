// L2_NORMALIZATION: quantised types within a step of the function in double, float32 within 2^-20; rows of zeros.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 3, kMostDepth = 100;

double root_double(double x) {
  double root = x + 1;
  for (int i = 0; i < 60; ++i) root = (root + x / root) / 2;
  return root;
}

template <class T>
void check_q(Report& r, Type type, int32_t depth, int32_t zero_point) {
  const int32_t zero = type == Type::kInt8 ? 0 : 128;
  Random random = r.random();
  OneOp m;
  m.input({type, shape_of(kRows, depth), 0.1f, zero_point});
  m.output({type, shape_of(kRows, depth), 1.0f / 128, zero});
  if (!r.expect_ok(m.prepare(ops::l2_normalization), "prepare")) return;
  T* const in = m.in<T>(0);
  random.fill(in, kRows * depth);
  for (int32_t i = 0; i < depth; ++i) in[i] = static_cast<T>(zero_point);  // the first row is zero
  T expected[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    double squares = 0;
    for (int32_t i = row * depth; i < (row + 1) * depth; ++i) squares += (in[i] - zero_point) * (in[i] - zero_point);
    for (int32_t i = row * depth; i < (row + 1) * depth; ++i) {
      const double q = zero + 128 * (in[i] - zero_point) / root_double(max(squares, 1.0));
      expected[i] = static_cast<T>(clamp(q + (q < 0 ? -0.5 : 0.5), zero - 128.0, zero + 127.0));
    }
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within("normalised", expected, m.out<T>(), kRows * depth, T{1});
}

void check_f32(Report& r, int32_t depth) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, depth)});
  m.output({Type::kFloat32, shape_of(kRows, depth)});
  if (!r.expect_ok(m.prepare(ops::l2_normalization), "prepare float32")) return;
  float expected[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    float* const in = m.in<float>(0) + row * depth;
    double squares = 0;
    for (int32_t i = 0; i < depth; ++i) {
      in[i] = row == 0 ? 0.0f : (row == 1 ? random.real(-10, 10) : random.real(-1e-8f, 1e-8f));
      squares += static_cast<double>(in[i]) * static_cast<double>(in[i]);
    }
    const double norm = row == 1 ? root_double(squares) : 1e-6;  // the others are below the least
    for (int32_t i = 0; i < depth; ++i) expected[row * depth + i] = static_cast<float>(static_cast<double>(in[i]) / norm);
  }
  r.expect_ok(m.invoke(), "invoke float32");
  r.within("float32", expected, m.out<float>(), kRows * depth, 1.0f / (1 << 20));
}

void check_refusals(Report& r) {
  const auto prepared = [](const Shape& shape, float scale, int32_t zero_point, int32_t activation) {
    OneOp m;
    m.input({Type::kInt8, shape, 0.1f});
    m.output({Type::kInt8, shape, scale, zero_point});
    return m.prepare(ops::l2_normalization, Options().u8(0, activation)).code();
  };
  r.expect(prepared(shape_of(4), 1.0f / 128, 0, 0) == Code::kOk, "the contract's scale is taken");
  r.expect(prepared(shape_of(4), 1.0f / 256, 0, 0) == Code::kNoScale, "another output scale is refused");
  r.expect(prepared(shape_of(4), 1.0f / 128, 1, 0) == Code::kNoScale, "another zero point is refused");
  r.expect(prepared(shape_of(4), 1.0f / 128, 0, 1) == Code::kUnsupportedActivation, "a fused activation is refused");
  r.expect(prepared(shape_of(33026), 1.0f / 128, 0, 0) == Code::kTooLarge, "a row whose sum may pass 32 bits is refused");
  r.expect(prepared(Shape(), 1.0f / 128, 0, 0) == Code::kUnsupportedRank, "a scalar is refused");
}

}  // namespace

void test_l2_normalization(Report& r) {
  constexpr int32_t kDepths[] = {1, 2, 3, 10, 100}, kZeros[] = {0, 127, 5};
  for (const int32_t depth : kDepths) {
    for (const int32_t zero : kZeros) {
      if (r.next_case()) check_q<int8_t>(r, Type::kInt8, depth, zero);
      if (r.next_case()) check_q<uint8_t>(r, Type::kUint8, depth, zero);
    }
    if (r.next_case()) check_f32(r, depth);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
