// PRELU of each type within a step of arithmetic in double, with alpha of the input's shape and of shapes that stretch to it.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {
namespace {

struct PreluShapes {
  Shape in, alpha;
};
constexpr uint32_t kShapes = 4;

PreluShapes prelu_shapes(uint32_t i) {
  switch (i) {
    case 0: return {shape_of(2, 3, 4), shape_of(2, 3, 4)};
    case 1: return {shape_of(1, 3, 2, 5), shape_of(1, 1, 5)};
    case 2: return {shape_of(2, 3, 4), shape_of(3, 1)};
    default: return {shape_of(7), shape_of(1)};
  }
}

template <class T, class Alpha>
void check_quantised(Report& r, const PreluShapes& s, Quant in, Quant alpha, Quant out, Contract contract) {
  Random random = r.random();
  OneOp m;
  m.input({type_of<T>(), s.in, in.scale, in.zero_point});
  m.input({type_of<Alpha>(), s.alpha, alpha.scale, alpha.zero_point});
  m.output({type_of<T>(), s.in, out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(ops::prelu, Options(), contract), "prepare quantised")) return;
  random.fill(m.in<T>(0), s.in.count());
  random.fill(m.in<Alpha>(1), s.alpha.count());
  T expected[32];
  for (int32_t i = 0; i < s.in.count(); ++i) {
    const double x = static_cast<double>(m.in<T>(0)[i] - in.zero_point) * static_cast<double>(in.scale);
    const double a = static_cast<double>(m.in<Alpha>(1)[broadcast_index(s.in, s.alpha, i)] - alpha.zero_point) * static_cast<double>(alpha.scale);
    expected[i] = quantize_to<T>(x < 0 ? x * a : x, out);
  }
  r.expect_ok(m.invoke(), "invoke quantised");
  r.within<T>("quantised", expected, m.out<T>(), s.in.count(), 1);
}

void check_f32(Report& r, const PreluShapes& s) {
  Random random = r.random();
  OneOp m;
  m.input({Type::kFloat32, s.in});
  m.input({Type::kFloat32, s.alpha});
  m.output({Type::kFloat32, s.in});
  if (!r.expect_ok(m.prepare(ops::prelu), "prepare float32")) return;
  for (int32_t i = 0; i < s.in.count(); ++i) m.in<float>(0)[i] = random.real(-4, 4);
  for (int32_t i = 0; i < s.alpha.count(); ++i) m.in<float>(1)[i] = random.real(-1, 1);
  float expected[32];
  for (int32_t i = 0; i < s.in.count(); ++i) {
    const float x = m.in<float>(0)[i];
    expected[i] = x < 0 ? x * m.in<float>(1)[broadcast_index(s.in, s.alpha, i)] : x;
  }
  r.expect_ok(m.invoke(), "invoke float32");
  r.equal("float32", expected, m.out<float>(), s.in.count());
}

Status prepare_pair(Type type, const Shape& in, const Shape& alpha, Type alpha_type, float scale) {
  OneOp m;
  m.input({type, in, 0.1f});
  m.input({alpha_type, alpha, scale});
  m.output({type, in, 0.1f});
  return m.prepare(ops::prelu);
}

}  // namespace

void test_prelu(Report& r) {
  for (uint32_t i = 0; i < kShapes; ++i) {
    const PreluShapes s = prelu_shapes(i);
    for (const Contract contract : kContracts) {
      if (r.next_case()) check_quantised<int8_t, int8_t>(r, s, {0.05f, 7}, {0.01f, -3}, {0.06f, -20}, contract);
      if (r.next_case()) check_quantised<int16_t, int8_t>(r, s, {0.0002f, 0}, {0.01f, 0}, {0.0003f, 0}, contract);
    }
    if (r.next_case()) check_quantised<uint8_t, uint8_t>(r, s, {0.05f, 130}, {0.01f, 100}, {0.06f, 90}, Contract::kLitert);
    if (r.next_case()) check_f32(r, s);
  }
  if (!r.next_case()) return;
  r.expect(prepare_pair(Type::kInt8, shape_of(2, 3), shape_of(2), Type::kInt8, 0.1f).code() == Code::kShapeMismatch,
           "shapes that do not broadcast");
  r.expect(prepare_pair(Type::kInt8, shape_of(1, 3), shape_of(2, 3), Type::kInt8, 0.1f).code() == Code::kShapeMismatch,
           "an alpha that is larger");
  r.expect(prepare_pair(Type::kInt16, shape_of(3), shape_of(3), Type::kInt16, 0.1f).code() == Code::kUnsupportedType, "an int16 alpha");
  r.expect(prepare_pair(Type::kInt8, shape_of(3), shape_of(3), Type::kInt8, 0).code() == Code::kNoScale, "an alpha without a scale");
}

}  // namespace testing
}  // namespace midge
