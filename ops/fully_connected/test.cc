// FULLY_CONNECTED: every int8 kernel against the reference over a grid of inputs and outputs, by both contracts; then prepare() and
// eval() against plain arithmetic in double for every combination of types; then what is refused.
#include "ops/fully_connected/fully_connected.h"
#include "ops/testing.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMostInputs = 127, kMostOutputs = 33, kMostBatches = 3, kGuard = 16;

using FullyConnectedKernel = void (*)(const FullyConnectedQ&, const int8_t*, const int8_t*, const int32_t*, int8_t*);
struct Kernel {
  const char* symbol;
  FullyConnectedKernel run;
  bool (*fits)(const FullyConnectedQ&);
};
constexpr Kernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition)    \
  {#symbol, symbol, [](const FullyConnectedQ& p) { \
     (void)p;                                      \
     return static_cast<bool>(precondition);       \
   }},
#include "ops/fully_connected/kernels.inc"
#undef MIDGE_KERNEL
};

constexpr int32_t kInputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 64, 127};
constexpr int32_t kOutputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};

alignas(16) int8_t g_in[kMostBatches * kMostInputs];
alignas(16) int8_t g_filter[kMostInputs * kMostOutputs];
alignas(16) int8_t g_expected[kMostBatches * kMostOutputs + 2 * kGuard], g_actual[kMostBatches * kMostOutputs + 2 * kGuard];
int32_t g_bias[kMostOutputs];
DoubleBits g_scales[kMostOutputs];

/// `variant`: bit 0 scales in double precision, bit 1 by output, bit 2 (one scale only) a filter with a zero point.
void check_kernels(Report& r, int32_t inputs, int32_t outputs, int32_t variant) {
  Random random = r.random();
  FullyConnectedQ p;
  p.shape = {random.between(1, kMostBatches), inputs, outputs};
  const int32_t zero_points[] = {-128, 127, 0, random.between(-128, 127)};
  p.input_offset = -zero_points[random.between(0, 3)];
  p.out.offset = zero_points[random.between(0, 3)];
  if (random.between(0, 2) == 0) p.out.low = p.out.offset;
  p.as_double = variant & 1;
  p.per_output = (variant & 2) != 0;
  p.filter_offset = variant >= 4 ? -zero_points[random.between(0, 3)] : 0;
  p.wide_sum = p.wide_bias = 0;
  p.filter_bits = 8;
  p.scales = g_scales;
  const bool extreme = random.between(0, 15) == 0;
  for (int32_t o = 0; o < outputs; ++o) {
    r.expect_ok(double_ratio(random.real(0.5f, 1), extreme ? random.real(0, 200) : random.real(0.0005f, 0.01f), 1, &g_scales[o]), "scale");
    g_bias[o] = extreme ? random.between(INT32_MIN, INT32_MAX) : random.between(-50000, 50000);
  }
  random.fill_s8(g_in, p.shape.batches * inputs);
  random.fill_s8(g_filter, inputs * outputs);
  const int32_t* bias = random.between(0, 3) == 0 ? nullptr : g_bias;
  memset(g_expected, 0x5a, sizeof g_expected);
  fully_connected_s8_reference(p, g_in, g_filter, bias, g_expected + kGuard);
  for (const Kernel& k : kKernels) {
    if (!k.fits(p)) continue;
    memset(g_actual, 0x5a, sizeof g_actual);
    k.run(p, g_in, g_filter, bias, g_actual + kGuard);
    r.equal(k.symbol, g_expected, g_actual, sizeof g_expected);
  }
}

// -- the operator as a whole: 3 rows of 9 inputs, 6 outputs. Rows of 9 are not whole bytes where weights have 4 or 2 bits.

constexpr int32_t kRows = 3, kIn = 9, kOut = 6;

template <class Value, class Weight>
double sum_at(int32_t at, Value value, Weight weight) {
  double sum = 0;
  for (int32_t i = 0; i < kIn; ++i) sum += value(at / kOut * kIn + i) * weight(at % kOut * kIn + i);
  return sum;
}

/// Weights of `bits` each, drawn, and packed as the format has them.
void draw_weights(Random& random, int32_t bits, uint8_t* packed) {
  for (int32_t i = 0; i < kIn * kOut; ++i) {
    g_filter[i] = static_cast<int8_t>(random.between(-(1 << (bits - 1)), (1 << (bits - 1)) - 1));
    const int32_t at = i * bits / 8, shift = i * bits % 8;
    packed[at] = static_cast<uint8_t>((shift == 0 ? 0 : packed[at]) | (g_filter[i] & ((1 << bits) - 1)) << shift);
  }
}

int32_t element(Type type, const void* data, int32_t i) {
  switch (type) {
    case Type::kInt16: return static_cast<const int16_t*>(data)[i];
    case Type::kUint8: return static_cast<const uint8_t*>(data)[i];
    default: return static_cast<const int8_t*>(data)[i];
  }
}

struct Integer {
  const OpRegistration& op;
  Type in, filter, bias, out;  ///< kNone: no bias
  int32_t in_zero, filter_zero, out_zero;
  bool per_output;
  float out_scale;
};
const Integer kIntegers[] = {
    {ops::fully_connected_s8, Type::kInt8, Type::kInt8, Type::kInt32, Type::kInt8, 13, 0, -7, false, 0.1f},
    {ops::fully_connected_s8, Type::kInt8, Type::kInt8, Type::kNone, Type::kInt8, -128, -5, 127, false, 0.1f},
    {ops::fully_connected_s8, Type::kInt8, Type::kInt8, Type::kInt32, Type::kInt8, 13, 0, -7, true, 0.1f},
    {ops::fully_connected_s4, Type::kInt8, Type::kInt4, Type::kInt32, Type::kInt8, -3, 0, 8, false, 0.01f},
    {ops::fully_connected_s4, Type::kInt8, Type::kInt4, Type::kNone, Type::kInt8, -3, 0, 8, true, 0.01f},
    {ops::fully_connected_s4, Type::kInt8, Type::kInt2, Type::kInt32, Type::kInt8, 5, 0, 0, true, 0.004f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt8, Type::kInt64, Type::kInt16, 0, 0, 0, true, 0.05f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt8, Type::kInt32, Type::kInt16, 0, 0, 0, false, 0.05f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt8, Type::kNone, Type::kInt16, 0, 9, 0, false, 0.05f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt4, Type::kInt64, Type::kInt16, 0, 0, 0, true, 0.005f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt2, Type::kNone, Type::kInt16, 0, 0, 0, false, 0.002f},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt16, Type::kInt32, Type::kInt16, 0, 0, 0, true, 8},
    {ops::fully_connected_s16, Type::kInt16, Type::kInt16, Type::kInt64, Type::kInt16, 0, 0, 0, false, 8},
    {ops::fully_connected_u8, Type::kUint8, Type::kUint8, Type::kInt32, Type::kUint8, 128, 131, 3, false, 0.1f},
    {ops::fully_connected_u8, Type::kUint8, Type::kUint8, Type::kNone, Type::kInt16, 7, 255, 0, false, 0.0005f},
};

/// Exact in double precision, as the litert contract is; in fixed point a step away at most, and one in 2^15 with int16.
void check_integer(Report& r, const Integer& k, Contract contract, Activation activation) {
  Random random = r.random();
  constexpr float kInScale = 0.04f;
  float scales[kOut];
  const int32_t bits = static_cast<int32_t>(type_bits(k.filter));
  int64_t bias[kOut];
  uint8_t packed[kIn * kOut];
  int16_t wide_filter[kIn * kOut];
  for (int32_t o = 0; o < kOut; ++o) scales[o] = random.real(0.005f, 0.02f), bias[o] = random.between(-3000, 3000);
  for (int32_t o = 0; o < kOut; ++o) g_bias[o] = static_cast<int32_t>(bias[o]);
  draw_weights(random, min(bits, int32_t{8}), packed);
  for (int32_t i = 0; i < kIn * kOut; ++i) wide_filter[i] = static_cast<int16_t>(g_filter[i] * 256 + random.between(0, 255));
  const void* filter = bits == 16 ? static_cast<const void*>(wide_filter) : packed;
  OneOp m;
  m.input({k.in, shape_of(kRows, 3, kIn / 3), kInScale, k.in_zero});
  m.input({k.filter, shape_of(kOut, kIn), 0, k.filter_zero, filter, static_cast<uint32_t>((kIn * kOut * bits + 7) / 8), scales,
           k.per_output ? uint32_t{kOut} : 1, 0});
  if (k.bias != Type::kNone) {
    m.input({k.bias, shape_of(kOut), 0, 0, k.bias == Type::kInt64 ? static_cast<const void*>(bias) : g_bias, kOut * type_bytes(k.bias)});
  }
  m.output({k.out, shape_of(kRows, kOut), k.out_scale, k.out_zero});
  if (!r.expect_ok(m.prepare(k.op, Options().u8(0, static_cast<int32_t>(activation)), contract), "prepare")) return;
  uint8_t in[kRows * kIn * 2];
  random.fill(in, static_cast<int32_t>(kRows * kIn * type_bytes(k.in)));
  memcpy(m.in<uint8_t>(0), in, kRows * kIn * type_bytes(k.in));
  r.expect_ok(m.invoke(), "invoke");
  int32_t expected[kRows * kOut], actual[kRows * kOut];
  const double lowest = k.out == Type::kInt8 ? -128 : (k.out == Type::kUint8 ? 0 : -32768);
  const double highest = k.out == Type::kInt8 ? 127 : (k.out == Type::kUint8 ? 255 : 32767);
  for (int32_t i = 0; i < kRows * kOut; ++i) {
    const double sum = sum_at(
        i, [&](int32_t j) { return static_cast<double>(element(k.in, in, j) - k.in_zero); },
        [&](int32_t j) { return static_cast<double>((bits < 8 ? g_filter[j] : element(k.filter, filter, j)) - k.filter_zero); });
    const double scale =
        static_cast<double>(kInScale) * static_cast<double>(scales[k.per_output ? i % kOut : 0]) / static_cast<double>(k.out_scale);
    const double q = (sum + (k.bias == Type::kNone ? 0 : g_bias[i % kOut])) * scale;
    const double rounded = static_cast<double>(static_cast<int64_t>(q + (q < 0 ? -0.5 : 0.5))) + k.out_zero;
    expected[i] = static_cast<int32_t>(clamp(rounded, activation == Activation::kRelu ? k.out_zero : lowest, highest));
    actual[i] = element(k.out, m.out<void>(), i);
  }
  const bool exact = contract == Contract::kLitert && k.filter != Type::kInt16;
  r.within<int32_t>("integers against double", expected, actual, kRows * kOut, exact ? 0 : (k.out == Type::kInt16 ? 3 : 1));
}

/// Products of powers of two, whose halves go away from zero under litert.
void check_ties(Report& r) {
  const int8_t one = 1;
  OneOp m;
  m.input({Type::kInt8, shape_of(4, 1), 0.5f, 0});
  m.input({Type::kInt8, shape_of(1, 1), 0.5f, 0, &one, 1});
  m.output({Type::kInt8, shape_of(4, 1), 0.5f, 0});
  if (!r.expect_ok(m.prepare(ops::fully_connected_s8), "prepare ties")) return;
  const int8_t in[] = {-3, -1, 1, 3}, expected[] = {-2, -1, 1, 2};
  memcpy(m.in<int8_t>(0), in, sizeof in);
  r.expect_ok(m.invoke(), "invoke ties");
  r.equal("ties", expected, m.out<int8_t>(), 4);
}

/// What a model is refused for. `change` spoils one of its parts.
struct Parts {
  TensorSpec in{Type::kInt8, shape_of(kRows, kIn), 0.5f, 1}, filter{Type::kInt8, shape_of(kOut, kIn), 0.5f},
      bias{Type::kInt32, shape_of(kOut)}, out{Type::kInt8, shape_of(kRows, kOut), 0.5f};
  Options options;
};
template <class F>
void check_refused(Report& r, const char* what, Code code, F change) {
  if (!r.next_case()) return;
  Parts parts;
  change(parts);
  OneOp m;
  m.input(parts.in), m.input(parts.filter), m.input(parts.bias), m.output(parts.out);
  const Status status = m.prepare(ops::fully_connected, parts.options);
  r.expect(status.code() == code, what);
}
void make_s16(Parts& p) {
  p.in.type = p.out.type = Type::kInt16;
  p.in.zero_point = 0;
}

void check_refusals(Report& r) {
  constexpr float kScales[kOut] = {1, 1, 1, 1, 1, 1};
  check_refused(r, "all well: filter and bias may be computed", Code::kOk, [](Parts&) {});
  check_refused(r, "shuffled weights", Code::kUnsupportedOption, [](Parts& p) { p.options.u8(1, 1); });
  check_refused(r, "filter of rank 1", Code::kUnsupportedRank, [](Parts& p) { p.filter.shape = shape_of(kIn); });
  check_refused(r, "input of 28 elements", Code::kShapeMismatch, [](Parts& p) { p.in.shape = shape_of(28); });
  check_refused(r, "kept dimensions", Code::kShapeMismatch, [](Parts& p) { p.in.shape = shape_of(kIn, kRows), p.options.u8(2, 1); });
  check_refused(r, "output's shape", Code::kShapeMismatch, [](Parts& p) { p.out.shape = shape_of(kOut, kRows); });
  check_refused(r, "bias of 5", Code::kShapeMismatch, [](Parts& p) { p.bias.shape = shape_of(5); });
  check_refused(r, "bias of int64 with int8", Code::kUnsupportedType, [](Parts& p) { p.bias.type = Type::kInt64; });
  check_refused(r, "activation TANH", Code::kUnsupportedActivation, [](Parts& p) { p.options.u8(0, 4); });
  check_refused(r, "filter without a scale", Code::kNoScale, [](Parts& p) { p.filter.scale = 0; });
  check_refused(r, "scales out of range", Code::kScaleRange, [](Parts& p) { p.in.scale = 1e10f, p.out.scale = 1e-10f; });
  check_refused(r, "scales along dimension 1", Code::kQuantization,
                [&](Parts& p) { p.filter.channel_scales = kScales, p.filter.channels = kOut, p.filter.dimension = 1; });
  check_refused(r, "int4 with a zero point", Code::kQuantization, [](Parts& p) { p.filter.type = Type::kInt4, p.filter.zero_point = 1; });
  check_refused(r, "int16 with a zero point", Code::kQuantization, [](Parts& p) { make_s16(p), p.in.zero_point = 1; });
  check_refused(r, "int16 with bias of another type than told", Code::kUnsupportedType, [](Parts& p) { make_s16(p), p.options.u8(4, 4); });
  check_refused(r, "int16 with bias told to be int8", Code::kUnsupportedOption, [](Parts& p) { make_s16(p), p.options.u8(4, 9); });
  check_refused(r, "int8 to int16", Code::kUnsupportedType, [](Parts& p) { p.out.type = Type::kInt16; });
  check_refused(r, "uint8 with a scale by output", Code::kQuantization, [&](Parts& p) {
    p.in.type = p.filter.type = p.out.type = Type::kUint8;
    p.filter.channel_scales = kScales, p.filter.channels = kOut;
  });
}

/// Weights of the type, or float32 ones.
void check_f32(Report& r, Type weights, bool asymmetric) {
  Random random = r.random();
  const bool hybrid = weights != Type::kFloat32;
  const int32_t bits = hybrid ? static_cast<int32_t>(type_bits(weights)) : 8;
  const float scale = 1.28f / static_cast<float>(1 << (bits - 1));
  float filter[kIn * kOut], in[kRows * kIn], expected[kRows * kOut];
  uint8_t packed[kIn * kOut];
  draw_weights(random, bits, packed);
  for (int32_t i = 0; i < kIn * kOut; ++i) filter[i] = static_cast<float>(g_filter[i]) * scale;
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, kIn)});
  m.input(hybrid ? TensorSpec{weights, shape_of(kOut, kIn), scale, 0, packed, static_cast<uint32_t>((kIn * kOut * bits + 7) / 8)}
                 : TensorSpec{Type::kFloat32, shape_of(kOut, kIn), 0, 0, filter, 4 * kIn * kOut});
  m.output({Type::kFloat32, shape_of(kRows, kOut)});
  const OpRegistration& op = hybrid ? ops::fully_connected_hybrid : ops::fully_connected_f32;
  if (!r.expect_ok(m.prepare(op, Options().u8(3, asymmetric)), "prepare float")) return;
  for (int32_t i = 0; i < kRows * kIn; ++i) m.in<float>(0)[i] = in[i] = random.real(-2, 2);
  for (int32_t i = 0; i < kRows * kOut; ++i) {
    expected[i] = static_cast<float>(
        sum_at(i, [&](int32_t j) { return static_cast<double>(in[j]); }, [&](int32_t j) { return static_cast<double>(filter[j]); }));
  }
  r.expect_ok(m.invoke(), "invoke float");
  // Weights are up to 1.28, inputs up to 2. Float: 11 roundings of the largest sum. Hybrid: half a step of the input a tap, a
  // whole one where the zero point is rounded too.
  const float tolerance = hybrid ? kIn * 1.28f * (4.0f / 254) * (asymmetric ? 1.02f : 0.51f) : 11 * kIn * 2 * 1.28f / (1 << 24);
  r.within(hybrid ? "hybrid against double" : "float32 against double", expected, m.out<float>(), kRows * kOut, tolerance);
}

}  // namespace

void test_fully_connected(Report& r) {
  for (int32_t variant = 0; variant < 6; ++variant) {
    for (const int32_t inputs : kInputs) {
      for (const int32_t outputs : kOutputs) {
        if (r.next_case()) check_kernels(r, inputs, outputs, variant);
      }
    }
  }
  for (const Integer& k : kIntegers) {
    if (r.next_case()) check_integer(r, k, Contract::kLitert, Activation::kNone);
    if (r.next_case()) check_integer(r, k, Contract::kLitert, Activation::kRelu);
    if (r.next_case()) check_integer(r, k, Contract::kTflm, Activation::kNone);
  }
  if (r.next_case()) check_ties(r);
  constexpr Type kWeights[] = {Type::kFloat32, Type::kInt8, Type::kUint8, Type::kInt4, Type::kInt2};
  for (const Type weights : kWeights) {
    if (r.next_case()) check_f32(r, weights, false);
    if (r.next_case()) check_f32(r, weights, true);
  }
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
