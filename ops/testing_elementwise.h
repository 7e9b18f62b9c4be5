// Elementwise operators against a function in double: int8 within one step, float32 within a relative error, int32 exactly.
// Broadcasting is recomputed by plain index arithmetic.
#pragma once
#include "ops/common/binary.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {

/// e^x to 1e-12: the targets have no libm.
inline double exp_double(double x) {
  const double small = x / 1024;
  double sum = 1;
  for (int i = 9; i > 0; --i) sum = 1 + sum * small / i;
  for (int i = 0; i < 10; ++i) sum *= sum;
  return sum;
}

/// The int8 for a real value, rounded to nearest, ties away from zero.
inline int8_t quantize_double(double real, float scale, int32_t zero_point) {
  const double q = real / static_cast<double>(scale);
  return static_cast<int8_t>(
      clamp(static_cast<double>(static_cast<int64_t>(clamp(q, -1e6, 1e6) + (q < 0 ? -0.5 : 0.5))) + zero_point, -128.0, 127.0));
}

struct Quant {
  float scale;
  int32_t zero_point;
};

struct BinaryShapes {
  Shape a, b, out;
};
constexpr int32_t kBinaryCases = 7, kMostBinary = 144;

inline BinaryShapes binary_shapes(int32_t i) {
  switch (i) {
    case 0: return {shape_of(2, 3, 4), shape_of(2, 3, 4), shape_of(2, 3, 4)};
    case 1: return {shape_of(2, 3, 4), shape_of(4), shape_of(2, 3, 4)};
    case 2: return {shape_of(1), shape_of(3, 2), shape_of(3, 2)};
    case 3: return {shape_of(2, 1, 3, 1), shape_of(1, 4, 1, 5), shape_of(2, 4, 3, 5)};
    case 4: return {shape_of(1, 2, 1, 3, 1, 2), shape_of(2, 1, 2, 1, 3, 1), shape_of(2, 2, 2, 3, 3, 2)};
    case 5: return {shape_of(2, 3, 1), shape_of(3, 4), shape_of(2, 3, 4)};
    default: return {Shape(), Shape(), Shape()};
  }
}

/// Element of an operand that meets element `at` of the output.
inline int32_t broadcast_index(const Shape& out, const Shape& operand, int32_t at) {
  int32_t index = 0, step = 1;
  for (int32_t d = 1; d <= operand.rank; ++d) {
    const int32_t size = operand[operand.rank - d];
    if (size != 1) index += at % out[out.rank - d] * step;
    at /= out[out.rank - d];
    step *= size;
  }
  return index;
}

template <class F>
void check_binary_s8(Report& r, const OpRegistration& op, const BinaryShapes& s, Quant a, Quant b, Quant out, Activation activation, F f) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kInt8, s.a, a.scale, a.zero_point});
  m.input({Type::kInt8, s.b, b.scale, b.zero_point});
  m.output({Type::kInt8, s.out, out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(op, Options().u8(0, static_cast<int32_t>(activation))), "prepare int8")) return;
  random.fill_s8(m.in<int8_t>(0), s.a.count());
  random.fill_s8(m.in<int8_t>(1), s.b.count());
  int8_t expected[kMostBinary];
  for (int32_t i = 0; i < s.out.count(); ++i) {
    const double x = static_cast<double>(m.in<int8_t>(0)[broadcast_index(s.out, s.a, i)] - a.zero_point) * static_cast<double>(a.scale);
    const double y = static_cast<double>(m.in<int8_t>(1)[broadcast_index(s.out, s.b, i)] - b.zero_point) * static_cast<double>(b.scale);
    const double real = f(x, y);
    expected[i] = quantize_double(activation == Activation::kRelu ? max(real, 0.0) : real, out.scale, out.zero_point);
  }
  r.expect_ok(m.invoke(), "invoke int8");
  r.within<int8_t>("int8", expected, m.out<int8_t>(), s.out.count(), 1);
}

/// float32 and int32: the same expression, so exact; `low` is the fused activation's.
template <class T, class F>
void check_binary_exact(Report& r, const OpRegistration& op, Type type, const BinaryShapes& s, Activation activation, F f) {
  Random random = r.random();
  OneOp m;
  m.input({type, s.a});
  m.input({type, s.b});
  m.output({type, s.out});
  if (!r.expect_ok(m.prepare(op, Options().u8(0, static_cast<int32_t>(activation))), "prepare")) return;
  for (int32_t i = 0; i < s.a.count(); ++i) m.in<T>(0)[i] = static_cast<T>(random.between(-1000, 1000));
  for (int32_t i = 0; i < s.b.count(); ++i) m.in<T>(1)[i] = static_cast<T>(random.between(-1000, 1000));
  T expected[kMostBinary];
  for (int32_t i = 0; i < s.out.count(); ++i) {
    const T v = f(m.in<T>(0)[broadcast_index(s.out, s.a, i)], m.in<T>(1)[broadcast_index(s.out, s.b, i)]);
    expected[i] = activation == Activation::kRelu ? max(v, T{0}) : v;
  }
  r.expect_ok(m.invoke(), "invoke");
  r.equal(type == Type::kFloat32 ? "float32" : "int32", expected, m.out<T>(), s.out.count());
}

/// Everything of ADD, SUB and MUL: f is a generic function of two numbers. `product`: the output's scale must hold a product.
template <class F>
void check_binary(Report& r, const OpRegistration& op, bool product, F f) {
  constexpr Quant kA[] = {{0.05f, 0}, {0.05f, -128}, {0.013f, 127}}, kB[] = {{0.05f, 0}, {0.002f, 127}, {0.07f, -128}, {0.031f, 5}};
  constexpr Quant kOut[] = {{0.1f, 0}, {0.06f, -128}, {0.05f, 127}, {0.2f, -3}, {0.9f, 100}};
  uint32_t n = 0;
  for (int32_t shapes = 0; shapes < kBinaryCases; ++shapes) {
    for (uint32_t i = 0; i < 12; ++i, ++n) {
      if (!r.next_case()) continue;
      Quant out = pick(kOut, n);
      if (product) out.scale *= 0.5f;
      check_binary_s8(r, op, binary_shapes(shapes), pick(kA, n), pick(kB, i), out, i % 2 == 0 ? Activation::kNone : Activation::kRelu, f);
    }
    for (uint32_t i = 0; i < 2; ++i) {
      const Activation activation = i == 0 ? Activation::kNone : Activation::kRelu;
      if (r.next_case()) check_binary_exact<float>(r, op, Type::kFloat32, binary_shapes(shapes), activation, f);
      if (r.next_case()) check_binary_exact<int32_t>(r, op, Type::kInt32, binary_shapes(shapes), activation, f);
    }
  }
}

}  // namespace testing
}  // namespace midge
