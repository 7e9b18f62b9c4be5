// SOFTMAX: 8-bit outputs within a step of the function in double, 16-bit ones within 2^-10, monotonic, and rows that sum to one; float32
// within 2^-18.
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

/// An output type: its smallest number is 0, and `one` steps above it is 1.
struct Output {
  Type type;
  float scale;
  int32_t low, one;
};

template <class In, class Out>
void check_q(Report& r, Type in_type, const Output& o, int32_t depth, float scale, float beta, Contract contract, int32_t tolerance) {
  Random random = r.random();
  OneOp m;
  m.input({in_type, shape_of(kRows, depth), scale, in_type == Type::kInt16 ? 0 : 7});
  m.output({o.type, shape_of(kRows, depth), o.scale, o.low});
  if (!r.expect_ok(m.prepare(ops::softmax, Options().f32(0, beta), contract), "prepare")) return;
  In* const in = m.in<In>(0);
  random.fill(in, kRows * depth);
  for (int32_t i = 0; i < depth; ++i) in[i] = 3;  // the first row is uniform
  int32_t expected[kRows * kMostDepth], actual[kRows * kMostDepth];
  for (int32_t row = 0; row < kRows; ++row) {
    double x[kMostDepth] = {}, y[kMostDepth];
    for (int32_t i = 0; i < depth; ++i) x[i] = static_cast<double>(in[row * depth + i]) * static_cast<double>(scale);
    softmax_double(x, static_cast<double>(beta), depth, y);
    for (int32_t i = 0; i < depth; ++i) expected[row * depth + i] = o.low + static_cast<int32_t>(y[i] * o.one + 0.5);
  }
  In copy[kRows * kMostDepth];
  memcpy(copy, in, sizeof(In) * static_cast<size_t>(kRows * depth));
  r.expect_ok(m.invoke(), "invoke");
  for (int32_t i = 0; i < kRows * depth; ++i) actual[i] = m.out<Out>()[i];
  r.within("softmax", expected, actual, kRows * depth, tolerance);
  bool monotonic = true;
  for (int32_t row = 0; row < kRows; ++row) {
    const int32_t first = row * depth;
    int32_t sum = 0;
    for (int32_t i = first; i < first + depth; ++i) {
      sum += actual[i] - o.low;
      monotonic = monotonic && (copy[i] < copy[first] ? actual[i] <= actual[first] : actual[i] >= actual[first]);
    }
    r.expect(sum <= o.one + tolerance * depth && sum >= o.one - tolerance * depth - 1, "a row does not sum to one");
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

void check_refusals(Report& r) {
  const auto prepared = [](const TensorSpec& in, const TensorSpec& out, float beta) {
    OneOp m;
    m.input(in);
    m.output(out);
    return m.prepare(ops::softmax, Options().f32(0, beta)).code();
  };
  const TensorSpec s8{Type::kInt8, shape_of(4), 0.1f}, s16{Type::kInt16, shape_of(4), 0.1f};
  r.expect(prepared(s8, {Type::kInt8, shape_of(4), 1.0003f / 256, -128}, 1) == Code::kOk,
           "a scale that is 1/256 but for rounding is taken");
  r.expect(prepared(s8, {Type::kInt8, shape_of(4), 1.0f / 128, -128}, 1) == Code::kNoScale, "another output scale is refused");
  r.expect(prepared(s8, {Type::kInt8, shape_of(4), 1.0f / 256, 0}, 1) == Code::kNoScale, "another zero point is refused");
  r.expect(prepared(s8, {Type::kInt8, shape_of(4), 1.0f / 256, -128}, 0) == Code::kUnsupportedOption, "beta 0 is refused");
  r.expect(prepared({Type::kInt8, shape_of(4), 1e-9f}, {Type::kInt8, shape_of(4), 1.0f / 256, -128}, 1) == Code::kScaleRange,
           "an input scale too small for Q5 is refused");
  r.expect(prepared({Type::kInt8, Shape(), 0.1f}, {Type::kInt8, Shape(), 1.0f / 256, -128}, 1) == Code::kUnsupportedRank,
           "a scalar is refused");
  r.expect(prepared(s16, {Type::kInt16, shape_of(4), 1.0f / 65536}, 1) == Code::kNoScale, "another int16 output scale is refused");
  r.expect(prepared({Type::kInt16, shape_of(4), 0.1f, 1}, {Type::kInt16, shape_of(4), 1.0f / 32768}, 1) == Code::kNoScale,
           "an int16 input with a zero point is refused");
  r.expect(prepared(s16, {Type::kInt8, shape_of(4), 1.0f / 256, -128}, 1) == Code::kUnsupportedType, "int16 to int8 is refused");
}

}  // namespace

void test_softmax(Report& r) {
  constexpr int32_t kDepths[] = {1, 2, 3, 10, 100};
  constexpr float kScales[] = {0.01f, 0.1f, 0.5f}, kBetas[] = {1.0f, 0.5f};
  constexpr Output kS8{Type::kInt8, 1.0f / 256, -128, 256}, kU8{Type::kUint8, 1.0f / 256, 0, 256};
  constexpr Output kWide{Type::kInt16, 1.0f / 65536, -32768, 65536}, kS16{Type::kInt16, 1.0f / 32768, 0, 32768};
  for (const int32_t depth : kDepths) {
    for (const float beta : kBetas) {
      for (const float scale : kScales) {
        const Contract contract = scale == 0.1f ? Contract::kTflm : Contract::kLitert;
        if (r.next_case()) check_q<int8_t, int8_t>(r, Type::kInt8, kS8, depth, scale, beta, contract, 1);
        if (r.next_case()) check_q<uint8_t, uint8_t>(r, Type::kUint8, kU8, depth, scale, beta, contract, 1);
        if (r.next_case()) check_q<int8_t, int16_t>(r, Type::kInt8, kWide, depth, scale, beta, contract, 16);
        if (r.next_case()) check_q<uint8_t, int16_t>(r, Type::kUint8, kWide, depth, scale, beta, contract, 16);
        if (r.next_case()) check_q<int16_t, int16_t>(r, Type::kInt16, kS16, depth, scale / 256, beta, contract, 20);
      }
      if (r.next_case()) check_f32(r, depth, beta);
    }
  }
  constexpr int32_t kLong[] = {4095, 4096, 4097, 6000, 8192, 16384};
  for (const int32_t depth : kLong) {
    if (r.next_case()) check_long_row(r, depth);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
