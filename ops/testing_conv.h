// CONV_2D and DEPTHWISE_CONV_2D: int8 and int4 kernels against the reference, the rest of a shape's parameters drawn by case; the
// operators as a whole, of every type, against plain arithmetic in double; and what prepare() must refuse.
#pragma once
#include "ops/common/conv.h"
#include "ops/common/window.h"
#include "ops/testing_rows.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {

// -- kernels

struct FilterSide {
  int32_t h, w;
};
constexpr FilterSide kFilterSides[] = {{1, 1}, {3, 3}, {5, 1}, {1, 3}, {2, 4}};
constexpr int32_t kMostConvSide = 7, kMostConvIn = 33, kMostConvOut = 264, kMostConvFilter = 9 * 33 * 33;

/// One for both operators: targets have little RAM.
struct ConvBuffers {
  alignas(16) int8_t in[kMostConvSide * kMostConvSide * kMostConvIn];
  alignas(16) int8_t filter[kMostConvFilter];
  alignas(16) uint8_t packed[kMostConvFilter / 2 + 1];
  int8_t unpacked[9 * kMostConvIn * 4];
  int32_t bias[kMostConvOut], multipliers[kMostConvOut];
  int8_t shifts[kMostConvOut];
  RowBuffers<kMostConvSide * kMostConvSide * kMostConvIn, kMostConvSide * kMostConvSide * kMostConvOut> rows;
};
inline ConvBuffers& conv_buffers() {
  static ConvBuffers buffers;
  return buffers;
}

struct ConvKernel {
  const char* symbol;
  ConvS8Kernel run;
  bool (*fits)(const ConvS8&);
};

/// Sets element i of an array of the type to an integer, or to a real number where the type is float32.
inline void store_element(Type type, void* to, int32_t i, float v) {
  switch (type) {
    case Type::kInt8: static_cast<int8_t*>(to)[i] = static_cast<int8_t>(v); break;
    case Type::kUint8: static_cast<uint8_t*>(to)[i] = static_cast<uint8_t>(v); break;
    case Type::kInt16: static_cast<int16_t*>(to)[i] = static_cast<int16_t>(v); break;
    case Type::kInt32: static_cast<int32_t*>(to)[i] = static_cast<int32_t>(v); break;
    case Type::kInt64: static_cast<int64_t*>(to)[i] = static_cast<int64_t>(v); break;
    case Type::kFloat32: static_cast<float*>(to)[i] = v; break;
    case Type::kInt4: {
      uint8_t* byte = static_cast<uint8_t*>(to) + i / 2;
      const int32_t half = static_cast<int32_t>(v) & 15;
      *byte = static_cast<uint8_t>(i % 2 == 0 ? half : *byte | half << 4);
      break;
    }
    default: break;
  }
}

/// `work`: multiply-accumulates that a shape may have beyond those of four outputs a channel.
inline ConvShape draw_conv_shape(Random& random, FilterSide filter, int32_t in_c, int32_t out_c, int32_t filter_c, int32_t work) {
  Window h, w;
  Padding padding;
  do {
    h = Window(), w = Window();
    h.input = random.between(1, kMostConvSide), w.input = random.between(1, kMostConvSide);
    h.taps = filter.h, w.taps = filter.w;
    h.stride = random.between(1, 3), w.stride = random.between(1, 3);
    h.dilation = random.between(1, 2), w.dilation = random.between(1, 3);
    padding = random.between(0, 1) != 0 ? Padding::kSame : Padding::kValid;
  } while (!fit_window(padding, &h).ok() || !fit_window(padding, &w).ok() ||
           (h.output * w.output - 4) * filter.h * filter.w * filter_c * out_c > work);
  return ConvShape{1,        h.input,  w.input,  in_c,     h.output,   w.output,   out_c,        filter.h,
                   filter.w, filter_c, h.stride, w.stride, h.dilation, w.dilation, h.pad_before, w.pad_before};
}

/// Draws the operands for p.shape. One case in 16 has extreme shifts and biases.
inline ConvS8Tensors draw_conv_s8(Random& random, ConvS8& p) {
  ConvBuffers& b = conv_buffers();
  const ConvShape& s = p.shape;
  int32_t shift = -5, spread = 2000;
  for (int32_t taps = s.taps(); taps > 1; taps >>= 2, --shift) spread += 2000;
  const bool per_channel = random.between(0, 1) != 0, extreme = random.between(0, 15) == 0;
  for (int32_t c = 0; c < s.out_c; ++c) {
    b.multipliers[c] = per_channel || c == 0 ? random.between(1 << 30, INT32_MAX) : b.multipliers[0];
    b.shifts[c] = static_cast<int8_t>(extreme ? random.between(-31, 8) : (per_channel ? shift - random.between(0, 3) : shift));
    b.bias[c] = extreme ? random.between(INT32_MIN, INT32_MAX) : random.between(-spread, spread);
  }
  p.multipliers.values = b.multipliers, p.multipliers.shifts = b.shifts;
  const int32_t zero_points[] = {-128, 127, 0, random.between(-128, 127)};
  p.input_offset = -zero_points[random.between(0, 3)];
  p.out.offset = zero_points[random.between(0, 3)];
  const int32_t clamps = random.between(0, 3);
  p.out.low = clamps == 0 ? p.out.offset : (clamps == 1 ? -20 : -128);
  p.out.high = clamps == 1 ? 50 : 127;
  random.fill_s8(b.in, s.in_h * s.in_w * s.in_c);
  random.fill_s8(b.filter, s.taps() * s.out_c);
  return {{b.in, s.in_w * s.in_c, 0}, b.filter, random.between(0, 3) == 0 ? nullptr : b.bias, {}};
}

/// Every int8 kernel against the reference; then the int4 one, whose reference has the same weights as int8.
template <size_t N>
void check_conv_kernels(Report& r, const ConvOp& op, const ConvShape& shape, Random& random, const ConvKernel (&kernels)[N],
                        ConvS8Kernel reference, ConvS4Kernel s4) {
  ConvS8 p;
  p.shape = shape;
  const ConvS8Tensors t = draw_conv_s8(random, p);
  ConvBuffers& b = conv_buffers();
  for (const ConvKernel& k : kernels) {
    if (k.fits(p)) check_row_kernel<ConvS8, ConvS8Tensors, ConvS8Kernel>(r, k.symbol, k.run, reference, p, t, b.rows);
  }
  const int32_t weights = shape.taps() * shape.out_c, row = shape.out_w * shape.out_c, bytes = shape.out_h * row + 2 * kGuardBytes;
  for (int32_t i = 0; i < weights; ++i) {
    b.filter[i] = static_cast<int8_t>(random.between(-8, 7));
    store_element(Type::kInt4, b.packed, i, b.filter[i]);
  }
  memset(b.rows.expected, kUntouched, static_cast<size_t>(bytes));
  memset(b.rows.actual, kUntouched, static_cast<size_t>(bytes));
  conv_s8_reference(p, {t.in, b.filter, t.bias, {b.rows.expected + kGuardBytes, row, 0}}, filter_steps(op, shape), RowRange{0, shape.out_h});
  const RowRange halves[] = {{0, shape.out_h / 2}, {shape.out_h / 2, shape.out_h}};
  for (const RowRange range : halves) {
    s4(p, {t.in, b.packed, t.bias, {b.rows.actual + kGuardBytes, row, 0}}, range, b.unpacked);
  }
  r.equal("int4 weights", b.rows.expected, b.rows.actual, bytes);
}

// -- the operator as a whole

struct ConvCase {
  int32_t batches, in_h, in_w, in_c, out_c, filter_h, filter_w, filter_c, stride, dilation;
  Padding padding;
  Activation activation;
  bool per_channel;

  int32_t taps() const { return filter_h * filter_w * filter_c; }
};
/// A combination of types, and the registration that has it. `bias` is kNone where there is none.
struct ConvTypes {
  const char* name;
  const OpRegistration* registration;
  Type activation, filter, bias;
};

constexpr int32_t kMostConv = 400, kMostConvChannels = 8;
struct ConvArrays {
  alignas(8) uint8_t filter[4 * kMostConv];
  alignas(8) uint8_t bias[8 * kMostConvChannels];
  float in[kMostConv], weights[kMostConv], biases[kMostConvChannels], scales[kMostConvChannels];
  float expected[kMostConv], actual[kMostConv];
};

/// Output size and padding in front, from the definition.
inline void fit_conv(const ConvCase& k, int32_t in, int32_t taps, int32_t* out, int32_t* pad) {
  const int32_t extent = (taps - 1) * k.dilation + 1;
  *out = k.padding == Padding::kSame ? (in + k.stride - 1) / k.stride : (in - extent) / k.stride + 1;
  *pad = k.padding == Padding::kSame ? max((*out - 1) * k.stride + extent - in, int32_t{0}) / 2 : 0;
}

inline void conv_bounds(Activation a, double* low, double* high) {
  *low = a == Activation::kNone ? -1e30 : (a == Activation::kReluN1To1 ? -1 : 0);
  *high = a == Activation::kRelu6 ? 6 : (a == Activation::kReluN1To1 ? 1 : 1e30);
}

inline float load_element(Type type, const void* from, int32_t i) {
  switch (type) {
    case Type::kInt8: return static_cast<const int8_t*>(from)[i];
    case Type::kUint8: return static_cast<const uint8_t*>(from)[i];
    case Type::kInt16: return static_cast<const int16_t*>(from)[i];
    default: return static_cast<const float*>(from)[i];
  }
}

inline void check_conv(Report& r, const ConvOp& op, const ConvCase& k, const ConvTypes& t) {
  static ConvArrays a;
  Random random = r.random();
  const bool real = t.activation == Type::kFloat32, real_filter = t.filter == Type::kFloat32, wide = t.activation == Type::kInt16;
  const bool bytes = t.activation == Type::kUint8, halves = t.filter == Type::kInt4;
  int32_t out_h, out_w, top, left;
  fit_conv(k, k.in_h, k.filter_h, &out_h, &top);
  fit_conv(k, k.in_w, k.filter_w, &out_w, &left);
  const int32_t taps = k.taps(), in_count = k.batches * k.in_h * k.in_w * k.in_c, out_count = k.batches * out_h * out_w * k.out_c;
  // Scales of 1 and zero points of 0 stand for the real numbers of a float tensor.
  const float in_scale = real ? 1 : (wide ? 0.0002f : 0.037f), out_scale = real ? 1 : (wide ? 0.0005f : 0.05f);
  const int32_t in_zero = real || wide ? 0 : (bytes ? 117 : -11), out_zero = real || wide ? 0 : (bytes ? 132 : 4);
  const int32_t filter_zero = bytes ? 121 : 0, step = halves ? 8 : 127;
  const bool per_channel = k.per_channel && !bytes && !real_filter;
  for (int32_t o = 0; o < k.out_c; ++o) {
    a.scales[o] = real_filter ? 1 : (per_channel || o == 0 ? random.real(0.2f, 2.0f) / static_cast<float>(step) : a.scales[0]);
    a.biases[o] = t.bias == Type::kNone ? 0 : (real ? random.real(-1, 1) : static_cast<float>(random.between(-3000, 3000)));
    store_element(t.bias, a.bias, o, a.biases[o]);
  }
  for (int32_t i = 0; i < taps * k.out_c; ++i) {
    const int32_t whole = bytes ? random.between(0, 255) : random.between(-step, step == 8 ? 7 : step);
    const float v = real_filter ? random.real(-2, 2) : static_cast<float>(whole);
    store_element(t.filter, a.filter, i, v);
    a.weights[i] = v - static_cast<float>(filter_zero);
  }
  const Shape filter = op.depthwise ? shape_of(1, k.filter_h, k.filter_w, k.out_c) : shape_of(k.out_c, k.filter_h, k.filter_w, k.filter_c);
  OneOp m;
  m.input({t.activation, shape_of(k.batches, k.in_h, k.in_w, k.in_c), real ? 0 : in_scale, in_zero});
  TensorSpec w{t.filter, filter, 0, filter_zero, a.filter, (static_cast<uint32_t>(filter.count()) * type_bits(t.filter) + 7) / 8};
  if (!real_filter)
    w.channel_scales = a.scales, w.channels = per_channel ? static_cast<uint32_t>(k.out_c) : 1, w.dimension = op.depthwise ? 3 : 0;
  m.input(w);
  if (t.bias != Type::kNone) m.input({t.bias, shape_of(k.out_c), 0, 0, a.bias, static_cast<uint32_t>(k.out_c) * type_bytes(t.bias)});
  m.output({t.activation, shape_of(k.batches, out_h, out_w, k.out_c), real ? 0 : out_scale, out_zero});
  const Options options = Options()
                              .u8(0, static_cast<int32_t>(k.padding))
                              .i32(1, k.stride)
                              .i32(2, k.stride)
                              .u8(op.activation, static_cast<int32_t>(k.activation))
                              .i32(op.dilation_w, k.dilation)
                              .i32(op.dilation_h, k.dilation);
  if (!r.expect_ok(m.prepare(*t.registration, options), t.name)) return;
  for (int32_t i = 0; i < in_count; ++i) {
    const int32_t whole = wide ? random.between(-32768, 32767) : (bytes ? random.between(0, 255) : random.between(-128, 127));
    const float v = real ? random.real(-2, 2) : static_cast<float>(whole);
    store_element(t.activation, m.in<uint8_t>(0), i, v);
    a.in[i] = v - static_cast<float>(in_zero);
  }
  double low, high;
  conv_bounds(k.activation, &low, &high);
  for (int32_t i = 0; i < out_count; ++i) {
    const int32_t o = i % k.out_c, x = i / k.out_c % out_w, y = i / k.out_c / out_w % out_h, b = i / k.out_c / out_w / out_h;
    double sum = 0;
    for (int32_t tap = 0; tap < taps; ++tap) {
      const int32_t c = tap % k.filter_c, dx = tap / k.filter_c % k.filter_w, dy = tap / k.filter_c / k.filter_w;
      const int32_t iy = y * k.stride + dy * k.dilation - top, ix = x * k.stride + dx * k.dilation - left;
      if (iy < 0 || iy >= k.in_h || ix < 0 || ix >= k.in_w) continue;
      const int32_t channel = o / (k.out_c / (k.in_c / k.filter_c)) * k.filter_c + c;
      sum += static_cast<double>(a.in[((b * k.in_h + iy) * k.in_w + ix) * k.in_c + channel]) *
             static_cast<double>(a.weights[op.depthwise ? tap * k.out_c + o : o * taps + tap]);
    }
    const double scale = static_cast<double>(in_scale) * static_cast<double>(a.scales[o]), bias = static_cast<double>(a.biases[o]);
    const double v = clamp(real ? sum * scale + bias : (sum + bias) * scale, low, high) / static_cast<double>(out_scale) + out_zero;
    const double floor = bytes ? 0 : (wide ? -32768 : -128), ceiling = bytes ? 255 : (wide ? 32767 : 127);
    a.expected[i] = static_cast<float>(real ? v : clamp(v, floor, ceiling));
  }
  r.expect_ok(m.invoke(), t.name);
  for (int32_t i = 0; i < out_count; ++i) a.actual[i] = load_element(t.activation, m.out<uint8_t>(), i);
  // Weights are real numbers up to 2. Integers: a step and a half; of int16 one more, for a multiplier of 15 bits. Float: a rounding of
  // 2^-24 of the largest sum a tap. Hybrid: half a step of the input a tap, and as much for its zero point.
  const float n = static_cast<float>(taps);
  const float tolerance = !real ? (wide ? 2.5f : 1.5f) : (real_filter ? (n + 2) * n * 4 / (1 << 24) : n * 2 * (4.0f / 255) * 1.02f);
  r.within(t.name, a.expected, a.actual, out_count, tolerance);
}

// -- what prepare() refuses

struct ConvModel {
  TensorSpec in, filter, bias, out;
  Options options;
};
struct ConvRefusal {
  const char* what;
  Code code;
  void (*spoil)(ConvModel& m);
};

inline void make_s16(ConvModel& m) {
  m.in.type = m.out.type = Type::kInt16;
  m.bias.type = Type::kInt64, m.bias.data_bytes = 16;
}

/// Those that both operators have. The model is right but for what spoil() does to it: 2 channels, a 3x3 filter.
constexpr ConvRefusal kConvRefusals[] = {
    {"input of rank 3", Code::kUnsupportedRank, [](ConvModel& m) { m.in.shape = shape_of(4, 4, 2); }},
    {"filter of rank 2", Code::kUnsupportedRank, [](ConvModel& m) { m.filter.shape = shape_of(9, 2), m.filter.data_bytes = 18; }},
    {"input channels", Code::kShapeMismatch, [](ConvModel& m) { m.in.shape = shape_of(1, 4, 4, 3); }},
    {"output shape", Code::kShapeMismatch, [](ConvModel& m) { m.out.shape = shape_of(1, 4, 3, 2); }},
    {"window larger than the input", Code::kShapeMismatch, [](ConvModel& m) { m.in.shape = shape_of(1, 2, 4, 2), m.options.u8(0, 1); }},
    {"stride", Code::kUnsupportedOption, [](ConvModel& m) { m.options.i32(1, 0); }},
    {"padding", Code::kUnsupportedOption, [](ConvModel& m) { m.options.u8(0, 2); }},
    {"bias type", Code::kUnsupportedType, [](ConvModel& m) { m.bias.type = Type::kInt16, m.bias.data_bytes = 4; }},
    {"bias size", Code::kShapeMismatch, [](ConvModel& m) { m.bias.shape = shape_of(1), m.bias.data_bytes = 4; }},
    {"no input scale", Code::kNoScale, [](ConvModel& m) { m.in.scale = 0; }},
    {"no filter scale", Code::kQuantization, [](ConvModel& m) { m.filter.scale = 0; }},
    {"filter zero point", Code::kQuantization, [](ConvModel& m) { m.filter.zero_point = 1; }},
    {"scales", Code::kScaleRange, [](ConvModel& m) { m.in.scale = m.filter.scale = 1e18f; }},
    {"types", Code::kUnsupportedType, [](ConvModel& m) { m.filter.type = Type::kUint8; }},
    {"int16 input zero point", Code::kQuantization, [](ConvModel& m) { make_s16(m), m.in.zero_point = 1; }},
    {"int16 output zero point", Code::kQuantization, [](ConvModel& m) { make_s16(m), m.out.zero_point = 1; }},
    {"int16 scales", Code::kScaleRange, [](ConvModel& m) { make_s16(m), m.in.scale = 65536; }},
    {"no uint8 filter scale", Code::kNoScale, [](ConvModel& m) { m.in.type = m.filter.type = m.out.type = Type::kUint8, m.filter.scale = 0; }},
};

template <size_t N>
void check_conv_refusals(Report& r, const OpRegistration& registration, const ConvOp& op, const ConvRefusal (&refusals)[N]) {
  alignas(8) static const uint8_t zeros[64] = {};
  for (const ConvRefusal& refusal : refusals) {
    if (!r.next_case()) continue;
    const Shape image = shape_of(1, 4, 4, 2);
    ConvModel k{{Type::kInt8, image, 0.5f},
                {Type::kInt8, op.depthwise ? shape_of(1, 3, 3, 2) : shape_of(2, 3, 3, 2), 0.5f, 0, zeros, op.depthwise ? 18u : 36u},
                {Type::kInt32, shape_of(2), 0, 0, zeros, 8},
                {Type::kInt8, image, 0.5f},
                Options().u8(0, 0).i32(1, 1).i32(2, 1)};
    refusal.spoil(k);
    OneOp m;
    m.input(k.in), m.input(k.filter), m.input(k.bias), m.output(k.out);
    const Status status = m.prepare(registration, k.options);
    r.expect(status.code() == refusal.code, (Line() << refusal.what << ": status " << static_cast<int32_t>(status.code())).text());
  }
}

}  // namespace testing
}  // namespace midge
