// TRANSPOSE_CONV: every int8 kernel against the reference over a grid of channels and filters; then prepare() and eval() against the
// definition by scattering, in double, for every combination of types; then what is refused.
#include "ops/testing.h"
#include "ops/transpose_conv/transpose_conv.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMostSide = 5, kMostStride = 3, kMostTap = 4, kMostChannels = 9, kGuard = 16;
constexpr int32_t kMostOutSide = (kMostSide - 1) * kMostStride + kMostTap + kMostStride;
constexpr int32_t kMostIn = kMostSide * kMostSide * kMostChannels, kMostFilter = kMostTap * kMostTap * kMostChannels * kMostChannels;
constexpr int32_t kMostOut = kMostOutSide * kMostOutSide * kMostChannels;

using TransposeConvKernel = void (*)(const TransposeConvQ&, const int8_t*, const int8_t*, const int32_t*, int8_t*);
struct Kernel {
  const char* symbol;
  TransposeConvKernel run;
  bool (*fits)(const TransposeConvQ&);
};
constexpr Kernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition)   \
  {#symbol, symbol, [](const TransposeConvQ& p) { \
     (void)p;                                     \
     return static_cast<bool>(precondition);      \
   }},
#include "ops/transpose_conv/kernels.inc"
#undef MIDGE_KERNEL
};

alignas(16) int8_t g_in[kMostIn], g_filter[kMostFilter];
alignas(16) int8_t g_expected[kMostOut + 2 * kGuard], g_actual[kMostOut + 2 * kGuard];
int32_t g_bias[kMostChannels], g_multipliers[kMostChannels];
int8_t g_shifts[kMostChannels];

void check_kernels(Report& r, int32_t taps, int32_t in_c, int32_t out_c) {
  Random random = r.random();
  const auto side = [&](int32_t most) { return random.between(1, most); };
  TransposeConvQ p = {};
  p.shape = {
      1, side(kMostSide), side(kMostSide), in_c, side(9), side(9), out_c, taps, side(kMostTap), side(kMostStride), side(kMostStride), 0, 0};
  p.shape.pad_top = random.between(0, taps), p.shape.pad_left = random.between(0, 2);
  p.input_offset = random.between(-127, 128);
  p.out.offset = random.between(-128, 127);
  if (random.between(0, 1) == 0) p.out.low = p.out.offset;
  p.multipliers.values = g_multipliers, p.multipliers.shifts = g_shifts;
  for (int32_t o = 0; o < out_c; ++o) {
    g_multipliers[o] = random.between(1 << 30, INT32_MAX), g_shifts[o] = static_cast<int8_t>(random.between(-10, -6));
    g_bias[o] = random.between(-5000, 5000);
  }
  random.fill_s8(g_in, p.shape.in_h * p.shape.in_w * in_c);
  random.fill_s8(g_filter, p.shape.taps() * out_c);
  const int32_t* bias = random.between(0, 3) == 0 ? nullptr : g_bias;
  memset(g_expected, 0x5a, sizeof g_expected);
  transpose_conv_s8_reference(p, g_in, g_filter, bias, g_expected + kGuard);
  for (const Kernel& k : kKernels) {
    if (!k.fits(p)) continue;
    memset(g_actual, 0x5a, sizeof g_actual);
    k.run(p, g_in, g_filter, bias, g_actual + kGuard);
    r.equal(k.symbol, g_expected, g_actual, p.shape.out_h * p.shape.out_w * out_c + 2 * kGuard);
  }
}

// -- the operator as a whole

struct Case {
  int32_t batches, in_h, in_w, in_c, out_c, filter_h, filter_w, stride_h, stride_w;
  int32_t more;  ///< rows and columns of output beyond the smallest
  Padding padding;
  Activation activation;
  bool per_channel, bias;
};
constexpr Case kCases[] = {
    {1, 4, 3, 2, 3, 3, 3, 2, 2, 1, Padding::kSame, Activation::kNone, true, true},
    {2, 3, 2, 3, 5, 2, 4, 1, 3, 0, Padding::kSame, Activation::kRelu, false, true},
    {2, 2, 4, 1, 4, 3, 1, 2, 2, 1, Padding::kValid, Activation::kRelu6, true, false},
    {1, 3, 3, 4, 1, 2, 2, 3, 1, 0, Padding::kValid, Activation::kReluN1To1, false, true},
};

/// The smallest size of the output that a convolution leads to `in` from, and more where the stride allows it.
int32_t out_size(const Case& k, int32_t in, int32_t taps, int32_t stride) {
  const int32_t least = k.padding == Padding::kSame ? (in - 1) * stride + 1 : (in - 1) * stride + taps;
  return least + min(k.more, stride - 1);
}
int32_t pad_before(const Case& k, int32_t in, int32_t out, int32_t taps, int32_t stride) {
  return k.padding == Padding::kSame ? max((in - 1) * stride + taps - out, int32_t{0}) / 2 : 0;
}

/// Each element of the input adds to the outputs that its taps fall on.
template <class Value, class Weight>
void scatter(const Case& k, const Shape& out, Value value, Weight weight, double* sums) {
  const int32_t top = pad_before(k, k.in_h, out[1], k.filter_h, k.stride_h), left = pad_before(k, k.in_w, out[2], k.filter_w, k.stride_w);
  for (int32_t i = 0; i < out.count(); ++i) sums[i] = 0;
  for (int32_t at = 0; at < k.batches * k.in_h * k.in_w * k.in_c; ++at) {
    const int32_t i = at % k.in_c, ix = at / k.in_c % k.in_w, iy = at / k.in_c / k.in_w % k.in_h, b = at / k.in_c / k.in_w / k.in_h;
    for (int32_t tap = 0; tap < k.filter_h * k.filter_w; ++tap) {
      const int32_t y = iy * k.stride_h - top + tap / k.filter_w, x = ix * k.stride_w - left + tap % k.filter_w;
      if (y < 0 || y >= out[1] || x < 0 || x >= out[2]) continue;
      for (int32_t o = 0; o < k.out_c; ++o) {
        sums[((b * out[1] + y) * out[2] + x) * k.out_c + o] += value(at) * weight((o * k.filter_h * k.filter_w + tap) * k.in_c + i);
      }
    }
  }
}

Options options_of(const Case& k) {
  return Options().u8(0, static_cast<int32_t>(k.padding)).i32(1, k.stride_w).i32(2, k.stride_h).u8(3, static_cast<int32_t>(k.activation));
}
struct Bounds {
  double low, high;
};
Bounds bounds_of(Activation a) {
  if (a == Activation::kRelu) return {0, 1e30};
  if (a == Activation::kRelu6) return {0, 6};
  if (a == Activation::kReluN1To1) return {-1, 1};
  return {-1e30, 1e30};
}

constexpr int32_t kMostSums = 700;
double g_sums[kMostSums];
int32_t g_expected_q[kMostSums], g_actual_q[kMostSums];
float g_expected_f32[kMostSums], g_in_f32[kMostSums], g_filter_f32[kMostFilter], g_bias_f32[kMostChannels];

Shape shape_of_output(const Case& k) {
  return shape_of(k.batches, out_size(k, k.in_h, k.filter_h, k.stride_h), out_size(k, k.in_w, k.filter_w, k.stride_w), k.out_c);
}

struct Types {
  const OpRegistration& op;
  Type activations, filter, bias;
  int32_t in_zero, filter_zero, out_zero, tolerance;
  float out_scale;
};
const Types kIntegers[] = {{ops::transpose_conv_s8, Type::kInt8, Type::kInt8, Type::kInt32, -11, 0, 4, 1, 0.05f},
                           {ops::transpose_conv_s16, Type::kInt16, Type::kInt8, Type::kInt64, 0, 0, 0, 2, 0.02f},
                           {ops::transpose_conv_s16, Type::kInt16, Type::kInt8, Type::kInt32, 0, 0, 0, 1, 0.02f},
                           {ops::transpose_conv_u8, Type::kUint8, Type::kUint8, Type::kInt32, 100, 140, 130, 1, 0.05f}};

int32_t element(Type type, const void* data, int32_t i) {
  switch (type) {
    case Type::kInt16: return static_cast<const int16_t*>(data)[i];
    case Type::kUint8: return static_cast<const uint8_t*>(data)[i];
    default: return static_cast<const int8_t*>(data)[i];
  }
}

/// `computed_shape`: the output's shape comes at run time.
void check_integer(Report& r, const Case& k, const Types& t, bool computed_shape) {
  Random random = r.random();
  constexpr float kInScale = 0.037f;
  float scales[kMostChannels];
  int64_t wide_bias[kMostChannels];
  const int32_t in_count = k.batches * k.in_h * k.in_w * k.in_c, taps = k.filter_h * k.filter_w * k.in_c;
  for (int32_t o = 0; o < k.out_c; ++o)
    scales[o] = random.real(0.002f, 0.02f), g_bias[o] = random.between(-3000, 3000), wide_bias[o] = g_bias[o];
  random.fill_s8(g_filter, taps * k.out_c);
  const Shape out = shape_of_output(k);
  const bool per_channel = k.per_channel && t.activations != Type::kUint8;
  OneOp m;
  m.input({Type::kInt32, shape_of(4), 0, 0, computed_shape ? nullptr : out.dims, 16});
  m.input({t.filter, shape_of(k.out_c, k.filter_h, k.filter_w, k.in_c), 0, t.filter_zero, g_filter, static_cast<uint32_t>(taps * k.out_c),
           scales, per_channel ? static_cast<uint32_t>(k.out_c) : 1, 0});
  m.input({t.activations, shape_of(k.batches, k.in_h, k.in_w, k.in_c), kInScale, t.in_zero});
  if (k.bias) {
    const void* bias = t.bias == Type::kInt64 ? static_cast<const void*>(wide_bias) : g_bias;
    m.input({t.bias, shape_of(k.out_c), 0, 0, bias, static_cast<uint32_t>(k.out_c) * type_bytes(t.bias)});
  }
  m.output({t.activations, out, t.out_scale, t.out_zero});
  if (!r.expect_ok(m.prepare(t.op, options_of(k)), "prepare")) return;
  if (computed_shape) memcpy(m.in<int32_t>(0), out.dims, 16);
  uint8_t in[400];
  random.fill(in, in_count * static_cast<int32_t>(type_bytes(t.activations)));
  memcpy(m.in<uint8_t>(2), in, static_cast<size_t>(in_count) * type_bytes(t.activations));
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  scatter(
      k, out, [&](int32_t i) { return static_cast<double>(element(t.activations, in, i) - t.in_zero); },
      [&](int32_t i) { return static_cast<double>(element(t.filter, g_filter, i) - t.filter_zero); }, g_sums);
  const Bounds bounds = bounds_of(k.activation);
  const double lowest = t.activations == Type::kInt8 ? -128 : (t.activations == Type::kUint8 ? 0 : -32768);
  const double highest = t.activations == Type::kInt8 ? 127 : (t.activations == Type::kUint8 ? 255 : 32767);
  for (int32_t i = 0; i < out.count(); ++i) {
    const int32_t o = i % k.out_c;
    const double scale = static_cast<double>(scales[per_channel ? o : 0]) * static_cast<double>(kInScale);
    const double real = clamp((g_sums[i] + (k.bias ? g_bias[o] : 0)) * scale, bounds.low, bounds.high);
    const double q = real / static_cast<double>(t.out_scale) + t.out_zero;
    g_expected_q[i] = static_cast<int32_t>(clamp(q + (q < 0 ? -0.5 : 0.5), lowest, highest));
    g_actual_q[i] = element(t.activations, m.out<void>(), i);
  }
  r.within("integers against double", g_expected_q, g_actual_q, out.count(), t.tolerance);
  if (!computed_shape) return;
  ++m.in<int32_t>(0)[1];
  r.expect(m.invoke().code() == Code::kBadData, "another shape than the file's");
}

/// float32, or hybrid, where the input loses up to a 255th of its range.
void check_f32(Report& r, const Case& k, bool hybrid) {
  Random random = r.random();
  constexpr float kScale = 0.01f;
  const int32_t in_count = k.batches * k.in_h * k.in_w * k.in_c, taps = k.filter_h * k.filter_w * k.in_c;
  random.fill_s8(g_filter, taps * k.out_c);
  for (int32_t i = 0; i < taps * k.out_c; ++i) g_filter_f32[i] = static_cast<float>(g_filter[i]) * kScale;
  for (int32_t o = 0; o < k.out_c; ++o) g_bias_f32[o] = k.bias ? random.real(-1, 1) : 0.0f;
  const Shape out = shape_of_output(k), filter = shape_of(k.out_c, k.filter_h, k.filter_w, k.in_c);
  OneOp m;
  m.input({Type::kInt32, shape_of(4), 0, 0, out.dims, 16});
  if (hybrid) {
    m.input({Type::kInt8, filter, kScale, 0, g_filter, static_cast<uint32_t>(taps * k.out_c)});
  } else {
    m.input({Type::kFloat32, filter, 0, 0, g_filter_f32, static_cast<uint32_t>(4 * taps * k.out_c)});
  }
  m.input({Type::kFloat32, shape_of(k.batches, k.in_h, k.in_w, k.in_c)});
  if (k.bias) m.input({Type::kFloat32, shape_of(k.out_c), 0, 0, g_bias_f32, static_cast<uint32_t>(4 * k.out_c)});
  m.output({Type::kFloat32, out});
  const OpRegistration& op = hybrid ? ops::transpose_conv_hybrid : ops::transpose_conv_f32;
  if (!r.expect_ok(m.prepare(op, options_of(k)), "prepare float")) return;
  for (int32_t i = 0; i < in_count; ++i) m.in<float>(2)[i] = g_in_f32[i] = random.real(-2, 2);
  scatter(
      k, out, [&](int32_t i) { return static_cast<double>(g_in_f32[i]); }, [&](int32_t i) { return static_cast<double>(g_filter_f32[i]); }, g_sums);
  const Bounds bounds = bounds_of(k.activation);
  for (int32_t i = 0; i < out.count(); ++i) {
    g_expected_f32[i] = static_cast<float>(clamp(g_sums[i] + static_cast<double>(g_bias_f32[i % k.out_c]), bounds.low, bounds.high));
  }
  r.expect_ok(m.invoke(), "invoke float");
  // Weights are up to 1.28. Float: a rounding of the largest sum a tap. Hybrid: half a step of the input a tap, and the zero point.
  const float taps_f = static_cast<float>(taps);
  const float tolerance = hybrid ? taps_f * 1.28f * (4.0f / 255) * 1.02f : (taps_f + 2) * taps_f * 2 * 1.28f / (1 << 24);
  r.within(hybrid ? "hybrid against double" : "float32 against double", g_expected_f32, m.out<float>(), out.count(), tolerance);
}

/// What a model is refused for. `change` spoils one of its parts: 2x3 pixels of 2 channels become 4x6 of 3.
struct Parts {
  int32_t dims[4] = {1, 4, 6, 3};
  TensorSpec shape{Type::kInt32, shape_of(4), 0, 0, nullptr, 16}, filter{Type::kInt8, shape_of(3, 2, 2, 2), 0.5f};
  TensorSpec in{Type::kInt8, shape_of(1, 2, 3, 2), 0.5f}, bias{Type::kInt32, shape_of(3)}, out{Type::kInt8, shape_of(1, 4, 6, 3), 0.5f};
  Options options = Options().i32(1, 2).i32(2, 2);
};
template <class F>
void check_refused(Report& r, const char* what, Code code, F change) {
  if (!r.next_case()) return;
  Parts p;
  p.shape.data = p.dims;
  change(p);
  OneOp m;
  m.input(p.shape), m.input(p.filter), m.input(p.in), m.input(p.bias), m.output(p.out);
  r.expect(m.prepare(ops::transpose_conv, p.options).code() == code, what);
}

void check_refusals(Report& r) {
  check_refused(r, "all well: filter and bias may be computed", Code::kOk, [](Parts&) {});
  check_refused(r, "shape of rank 2", Code::kShapeMismatch, [](Parts& p) { p.shape.shape = shape_of(2, 2); });
  check_refused(r, "negative size", Code::kBadValue, [](Parts& p) { p.dims[1] = -4; });
  check_refused(r, "7 rows", Code::kShapeMismatch, [](Parts& p) { p.dims[1] = 7; });
  check_refused(r, "4 channels", Code::kShapeMismatch, [](Parts& p) { p.dims[3] = 4; });
  check_refused(r, "2 images", Code::kShapeMismatch, [](Parts& p) { p.dims[0] = 2; });
  check_refused(r, "output's shape", Code::kShapeMismatch, [](Parts& p) { p.out.shape = shape_of(1, 4, 5, 3); });
  check_refused(r, "huge output", Code::kTooLarge, [](Parts& p) { p.dims[1] = INT32_MAX; });
  check_refused(r, "stride 0", Code::kUnsupportedOption, [](Parts& p) { p.options.i32(1, 0); });
  check_refused(r, "padding 2", Code::kUnsupportedOption, [](Parts& p) { p.options.u8(0, 2); });
  check_refused(r, "filter of 3 channels", Code::kShapeMismatch, [](Parts& p) { p.filter.shape = shape_of(3, 2, 2, 3); });
  check_refused(r, "input of rank 3", Code::kUnsupportedRank, [](Parts& p) { p.in.shape = shape_of(2, 3, 2); });
  check_refused(r, "input of another type", Code::kUnsupportedType, [](Parts& p) { p.in.type = Type::kUint8; });
  check_refused(r, "filter with a zero point", Code::kQuantization, [](Parts& p) { p.filter.zero_point = 1; });
  check_refused(r, "int16 with a zero point", Code::kQuantization,
                [](Parts& p) { p.in.type = p.out.type = Type::kInt16, p.in.zero_point = 1; });
  check_refused(r, "bias of 2", Code::kShapeMismatch, [](Parts& p) { p.bias.shape = shape_of(2); });
  check_refused(r, "activation TANH", Code::kUnsupportedActivation, [](Parts& p) { p.options.u8(3, 4); });
}

}  // namespace

void test_transpose_conv(Report& r) {
  for (int32_t taps = 1; taps <= kMostTap; ++taps) {
    for (int32_t in_c = 1; in_c <= kMostChannels; in_c += 2) {
      for (int32_t out_c = 1; out_c <= kMostChannels; ++out_c) {
        if (r.next_case()) check_kernels(r, taps, in_c, out_c);
      }
    }
  }
  for (const Case& k : kCases) {
    for (const Types& t : kIntegers) {
      if (r.next_case()) check_integer(r, k, t, false);
      if (r.next_case()) check_integer(r, k, t, true);
    }
    if (r.next_case()) check_f32(r, k, false);
    if (r.next_case()) check_f32(r, k, true);
  }
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
