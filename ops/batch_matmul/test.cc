// BATCH_MATMUL against the definition in double, for every combination of types, of exchanged dimensions and of broadcasting; then
// what is refused.
#include "ops/batch_matmul/batch_matmul.h"
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMost = 300;

struct Case {
  Shape a, b, out;  ///< in front of the matrices
  int32_t rows, depth, columns;
};
int32_t case_count() { return 6; }
Case case_of(int32_t i) {
  switch (i) {
    case 0: return {Shape(), Shape(), Shape(), 3, 4, 5};
    case 1: return {shape_of(2), shape_of(2), shape_of(2), 1, 7, 2};
    case 2: return {shape_of(3), Shape(), shape_of(3), 2, 3, 1};
    case 3: return {shape_of(2, 1), shape_of(1, 3), shape_of(2, 3), 2, 5, 2};
    case 4: return {shape_of(2), shape_of(2, 1, 2), shape_of(2, 1, 2), 2, 1, 3};
    default: return {shape_of(1, 2, 2), shape_of(3, 1, 2), shape_of(3, 2, 2), 1, 2, 3};
  }
}

Shape with_matrix(Shape s, int32_t rows, int32_t columns, bool exchanged) {
  s.dims[s.rank] = exchanged ? columns : rows, s.dims[s.rank + 1] = exchanged ? rows : columns;
  s.rank += 2;
  return s;
}

/// The sum for output `at`; a(i) and b(i) are elements.
template <class A, class B>
double sum_at(const Case& k, bool adj_x, bool adj_y, int32_t at, A a, B b) {
  const int32_t n = at % k.columns, m = at / k.columns % k.rows, batch = at / k.columns / k.rows;
  const int32_t from_a = broadcast_index(k.out, k.a, batch) * k.rows * k.depth, from_b = broadcast_index(k.out, k.b, batch) * k.depth * k.columns;
  double sum = 0;
  for (int32_t i = 0; i < k.depth; ++i) {
    sum += a(from_a + (adj_x ? i * k.rows + m : m * k.depth + i)) * b(from_b + (adj_y ? n * k.depth + i : i * k.columns + n));
  }
  return sum;
}

int32_t element(Type type, const void* data, int32_t i) {
  return type == Type::kInt16 ? static_cast<const int16_t*>(data)[i] : static_cast<const int8_t*>(data)[i];
}

struct Types {
  const OpRegistration& op;
  Type a, b, out;
  int32_t a_zero, b_zero, out_zero, tolerance;
  float out_scale;
};
const Types kIntegers[] = {{ops::batch_matmul_s8, Type::kInt8, Type::kInt8, Type::kInt8, 5, -9, 3, 1, 0.7f},
                           {ops::batch_matmul_s8, Type::kInt8, Type::kInt8, Type::kInt32, 0, 0, 0, 0, 1},
                           {ops::batch_matmul_s16, Type::kInt16, Type::kInt16, Type::kInt16, 0, 0, 0, 2, 80},
                           {ops::batch_matmul_s16, Type::kInt16, Type::kInt8, Type::kInt16, 0, 0, 0, 2, 0.4f}};

void check_integer(Report& r, const Case& k, const Types& t, bool adj_x, bool adj_y) {
  Random random = r.random();
  constexpr float kScale = 0.02f;
  const Shape a = with_matrix(k.a, k.rows, k.depth, adj_x), b = with_matrix(k.b, k.depth, k.columns, adj_y);
  const Shape out = with_matrix(k.out, k.rows, k.columns, false);
  OneOp m;
  m.input({t.a, a, kScale, t.a_zero});
  m.input({t.b, b, kScale, t.b_zero});
  m.output({t.out, out, t.out_scale, t.out_zero});
  if (!r.expect_ok(m.prepare(t.op, Options().u8(0, adj_x).u8(1, adj_y)), "prepare")) return;
  uint8_t in_a[kMost], in_b[kMost];
  const size_t a_bytes = static_cast<size_t>(a.count()) * type_bytes(t.a), b_bytes = static_cast<size_t>(b.count()) * type_bytes(t.b);
  random.fill(in_a, static_cast<int32_t>(a_bytes)), random.fill(in_b, static_cast<int32_t>(b_bytes));
  memcpy(m.in<uint8_t>(0), in_a, a_bytes), memcpy(m.in<uint8_t>(1), in_b, b_bytes);
  r.expect_ok(m.invoke(), "invoke");
  int32_t expected[kMost], actual[kMost];
  for (int32_t i = 0; i < out.count(); ++i) {
    const double sum = sum_at(
        k, adj_x, adj_y, i, [&](int32_t j) { return static_cast<double>(element(t.a, in_a, j) - t.a_zero); },
        [&](int32_t j) { return static_cast<double>(element(t.b, in_b, j) - t.b_zero); });
    const double scale = static_cast<double>(kScale) * static_cast<double>(kScale) / static_cast<double>(t.out_scale);
    const double limit = t.out == Type::kInt8 ? 127 : 32767, q = sum * scale + t.out_zero;
    expected[i] = t.out == Type::kInt32 ? static_cast<int32_t>(sum) : static_cast<int32_t>(clamp(q + (q < 0 ? -0.5 : 0.5), -limit - 1, limit));
    actual[i] = t.out == Type::kInt32 ? m.out<int32_t>()[i] : element(t.out, m.out<void>(), i);
  }
  r.within("integers against double", expected, actual, out.count(), t.tolerance);
}

/// `b_is_s8`: hybrid, with a scale for each column.
void check_f32(Report& r, const Case& k, bool b_is_s8, bool adj_x, bool adj_y, bool asymmetric) {
  Random random = r.random();
  const Shape a = with_matrix(k.a, k.rows, k.depth, adj_x), b = with_matrix(k.b, k.depth, k.columns, adj_y);
  const Shape out = with_matrix(k.out, k.rows, k.columns, false);
  float in_a[kMost], in_b[kMost], expected[kMost], scales[5];
  int8_t quantized[kMost];
  for (int32_t n = 0; n < k.columns; ++n) scales[n] = random.real(0.005f, 0.01f);
  random.fill_s8(quantized, b.count());
  for (int32_t i = 0; i < a.count(); ++i) in_a[i] = random.real(-2, 2);
  for (int32_t i = 0; i < b.count(); ++i) {
    in_b[i] = static_cast<float>(quantized[i]) * scales[adj_y ? i / k.depth % k.columns : i % k.columns];
  }
  OneOp m;
  m.input({Type::kFloat32, a});
  if (b_is_s8) {
    m.input({Type::kInt8, b, 0, 0, quantized, static_cast<uint32_t>(b.count()), scales, static_cast<uint32_t>(k.columns),
             b.rank - (adj_y ? 2 : 1)});
  } else {
    m.input({Type::kFloat32, b, 0, 0, in_b, static_cast<uint32_t>(4 * b.count())});
  }
  m.output({Type::kFloat32, out});
  const OpRegistration& op = b_is_s8 ? ops::batch_matmul_hybrid : ops::batch_matmul_f32;
  if (!r.expect_ok(m.prepare(op, Options().u8(0, adj_x).u8(1, adj_y).u8(2, asymmetric)), "prepare float")) return;
  memcpy(m.in<float>(0), in_a, static_cast<size_t>(4 * a.count()));
  for (int32_t i = 0; i < out.count(); ++i) {
    expected[i] = static_cast<float>(sum_at(
        k, adj_x, adj_y, i, [&](int32_t j) { return static_cast<double>(in_a[j]); }, [&](int32_t j) { return static_cast<double>(in_b[j]); }));
  }
  r.expect_ok(m.invoke(), "invoke float");
  // b is up to 1.28. Float: a rounding of the largest sum a product. Hybrid: half a step of a, and the zero point.
  const float depth = static_cast<float>(k.depth);
  const float tolerance = b_is_s8 ? depth * 1.28f * (4.0f / 254) * (asymmetric ? 1.02f : 0.51f) : depth * depth * 2 * 1.28f / (1 << 24);
  r.within(b_is_s8 ? "hybrid against double" : "float32 against double", expected, m.out<float>(), out.count(), tolerance);
}

void check_refused(Report& r, const char* what, Code code, const TensorSpec& a, const TensorSpec& b, const TensorSpec& out) {
  if (!r.next_case()) return;
  OneOp m;
  m.input(a), m.input(b), m.output(out);
  r.expect(m.prepare(ops::batch_matmul).code() == code, what);
}

void check_refusals(Report& r) {
  const auto s8 = [](const Shape& s) { return TensorSpec{Type::kInt8, s, 0.5f}; };
  const auto s16 = [](const Shape& s, int32_t zero) { return TensorSpec{Type::kInt16, s, 0.5f, zero}; };
  const Shape a = shape_of(2, 3), b = shape_of(3, 4), out = shape_of(2, 4);
  check_refused(r, "all well", Code::kOk, s8(a), s8(b), s8(out));
  check_refused(r, "depth", Code::kShapeMismatch, s8(a), s8(shape_of(4, 3)), s8(out));
  check_refused(r, "a vector", Code::kUnsupportedRank, s8(shape_of(3)), s8(b), s8(out));
  check_refused(r, "b a vector", Code::kUnsupportedRank, s8(a), s8(shape_of(3)), s8(out));
  check_refused(r, "output", Code::kShapeMismatch, s8(a), s8(b), s8(shape_of(4, 2)));
  check_refused(r, "broadcast", Code::kShapeMismatch, s8(shape_of(2, 2, 3)), s8(shape_of(3, 3, 4)), s8(shape_of(3, 2, 4)));
  check_refused(r, "no scale", Code::kNoScale, s8(a), {Type::kInt8, b}, s8(out));
  check_refused(r, "int16 with a zero point", Code::kQuantization, s16(a, 0), s16(b, 1), s16(out, 0));
  check_refused(r, "scales out of range", Code::kScaleRange, {Type::kInt8, a, 1e10f}, s8(b), {Type::kInt8, out, 1e-5f});
  check_refused(r, "hybrid with a zero point", Code::kQuantization, {Type::kFloat32, a}, {Type::kInt8, b, 0.5f, 1}, {Type::kFloat32, out});
}

}  // namespace

void test_batch_matmul(Report& r) {
  for (int32_t i = 0; i < case_count(); ++i) {
    const Case k = case_of(i);
    for (int32_t adj = 0; adj < 4; ++adj) {
      const bool adj_x = (adj & 1) != 0, adj_y = (adj & 2) != 0;
      for (const Types& t : kIntegers) {
        if (r.next_case()) check_integer(r, k, t, adj_x, adj_y);
      }
      if (r.next_case()) check_f32(r, k, false, adj_x, adj_y, false);
      if (r.next_case()) check_f32(r, k, true, adj_x, adj_y, false);
      if (r.next_case()) check_f32(r, k, true, adj_x, adj_y, true);
    }
  }
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
