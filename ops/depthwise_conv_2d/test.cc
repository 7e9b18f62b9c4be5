// DEPTHWISE_CONV_2D: every int8 kernel against the reference over a grid of channels, multipliers and filters, the rest of the
// parameters drawn by case; then prepare() and eval() against plain arithmetic in double, int8, float32 and hybrid.
#include "ops/common/window.h"
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"
#include "ops/testing_rows.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMostSide = 7, kMostChannels = 33 * 8, kMostTaps = 9;

using DepthwiseKernel = void (*)(const DepthwiseConv2DS8&, const DepthwiseConv2DS8Tensors&, RowRange);
struct Kernel {
  const char* symbol;
  DepthwiseKernel run;
  bool (*fits)(const DepthwiseConv2DS8&);
};
constexpr Kernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition)      \
  {#symbol, symbol, [](const DepthwiseConv2DS8& p) { \
     (void)p;                                        \
     return static_cast<bool>(precondition);         \
   }},
#include "ops/depthwise_conv_2d/kernels.inc"
#undef MIDGE_KERNEL
};

struct Side {
  int32_t h, w;
};
constexpr Side kFilters[] = {{1, 1}, {3, 3}, {5, 1}, {1, 3}, {2, 4}};
constexpr int32_t kChannels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};
constexpr int32_t kMultipliers[] = {1, 2, 3, 8, 17};

alignas(16) int8_t g_in[kMostSide * kMostSide * 33];
alignas(16) int8_t g_filter[kMostTaps * kMostChannels];
int32_t g_bias[kMostChannels], g_multipliers[kMostChannels];
int8_t g_shifts[kMostChannels];
RowBuffers<kMostSide * kMostSide * 33, kMostSide * kMostSide * kMostChannels> g_rows;

DepthwiseConv2DShape draw_shape(Random& random, Side filter, int32_t in_c, int32_t multiplier) {
  Window h, w;
  Padding padding;
  do {
    h = Window(), w = Window();
    h.input = random.between(1, kMostSide), w.input = random.between(1, kMostSide);
    h.taps = filter.h, w.taps = filter.w;
    h.stride = random.between(1, 3), w.stride = random.between(1, 3);
    h.dilation = random.between(1, 2), w.dilation = random.between(1, 3);
    padding = random.between(0, 1) != 0 ? Padding::kSame : Padding::kValid;
  } while (!fit_window(padding, &h).ok() || !fit_window(padding, &w).ok() ||
           h.output * w.output * filter.h * filter.w * in_c * multiplier > 3000 + 4 * filter.h * filter.w * in_c * multiplier);
  return DepthwiseConv2DShape{1,        h.input,    w.input,  in_c,     h.output,   w.output,   in_c * multiplier, filter.h,
                              filter.w, multiplier, h.stride, w.stride, h.dilation, w.dilation, h.pad_before,      w.pad_before};
}

void check_kernels(Report& r, Side filter, int32_t in_c, int32_t multiplier) {
  Random random = r.random();
  DepthwiseConv2DS8 p;
  p.shape = draw_shape(random, filter, in_c, multiplier);
  const int32_t zero_points[] = {-128, 127, 0, random.between(-128, 127)};
  p.input_offset = -zero_points[random.between(0, 3)];
  p.out.offset = zero_points[random.between(0, 3)];
  if (random.between(0, 2) == 0) p.out.low = p.out.offset;
  p.multipliers.values = g_multipliers, p.multipliers.shifts = g_shifts;
  const bool per_channel = random.between(0, 1) != 0, extreme = random.between(0, 15) == 0;
  for (int32_t c = 0; c < p.shape.out_c; ++c) {
    g_multipliers[c] = per_channel || c == 0 ? random.between(1 << 30, INT32_MAX) : g_multipliers[0];
    g_shifts[c] = static_cast<int8_t>(extreme ? random.between(-31, 8) : (per_channel ? random.between(-9, -6) : -7));
    g_bias[c] = extreme ? random.between(INT32_MIN, INT32_MAX) : random.between(-20000, 20000);
  }
  random.fill_s8(g_in, p.shape.in_h * p.shape.in_w * in_c);
  random.fill_s8(g_filter, filter.h * filter.w * p.shape.out_c);
  DepthwiseConv2DS8Tensors t;
  t.in = {g_in, p.shape.in_w * in_c, 0};
  t.filter = g_filter;
  t.bias = random.between(0, 3) == 0 ? nullptr : g_bias;
  for (const Kernel& k : kKernels) {
    if (!k.fits(p)) continue;
    check_row_kernel<DepthwiseConv2DS8, DepthwiseConv2DS8Tensors, DepthwiseKernel>(r, k.symbol, k.run, depthwise_conv_2d_s8_reference, p, t, g_rows);
  }
}

// -- the operator as a whole: batch 2, 3x3 filter, stride 2, SAME padding on 5x4: 3x2 outputs, 1 row and 0 columns in front.

constexpr int32_t kBatches = 2, kInH = 5, kInW = 4, kOutH = 3, kOutW = 2, kTop = 1, kLeft = 0, kTaps = 9;
constexpr int32_t kMostOut = kBatches * kOutH * kOutW * 6;

template <class Value, class Weight>
double sum_at(int32_t in_c, int32_t multiplier, int32_t at, Value value, Weight weight) {
  const int32_t out_c = in_c * multiplier, o = at % out_c, x = at / out_c % kOutW, y = at / out_c / kOutW % kOutH, b = at / out_c / kOutW / kOutH;
  double sum = 0;
  for (int32_t tap = 0; tap < kTaps; ++tap) {
    const int32_t iy = y * 2 + tap / 3 - kTop, ix = x * 2 + tap % 3 - kLeft;
    if (iy < 0 || iy >= kInH || ix < 0 || ix >= kInW) continue;
    sum += value(((b * kInH + iy) * kInW + ix) * in_c + o / multiplier) * weight(tap * out_c + o);
  }
  return sum;
}

void check_s8(Report& r, int32_t in_c, int32_t multiplier, bool per_channel) {
  Random random = r.random();
  const int32_t out_c = in_c * multiplier, in_count = kBatches * kInH * kInW * in_c, out_count = kBatches * kOutH * kOutW * out_c;
  constexpr float kInScale = 0.04f, kOutScale = 0.1f;
  constexpr int32_t kInZero = 13, kOutZero = -7;
  float scales[8];
  for (int32_t c = 0; c < out_c; ++c) scales[c] = random.real(0.002f, 0.02f), g_bias[c] = random.between(-3000, 3000);
  random.fill_s8(g_filter, kTaps * out_c);
  OneOp m;
  m.input({Type::kInt8, shape_of(kBatches, kInH, kInW, in_c), kInScale, kInZero});
  m.input({Type::kInt8, shape_of(1, 3, 3, out_c), 0, 0, g_filter, static_cast<uint32_t>(kTaps * out_c), scales,
           per_channel ? static_cast<uint32_t>(out_c) : 1, 3});
  m.input({Type::kInt32, shape_of(out_c), 0, 0, g_bias, static_cast<uint32_t>(4 * out_c)});
  m.output({Type::kInt8, shape_of(kBatches, kOutH, kOutW, out_c), kOutScale, kOutZero});
  if (!r.expect_ok(m.prepare(ops::depthwise_conv_2d_s8, Options().i32(1, 2).i32(2, 2)), "prepare int8")) return;
  random.fill_s8(m.in<int8_t>(0), in_count);
  memcpy(g_in, m.in<int8_t>(0), static_cast<size_t>(in_count));
  int8_t expected[kMostOut];
  for (int32_t i = 0; i < out_count; ++i) {
    const double sum = sum_at(
        in_c, multiplier, i, [&](int32_t j) { return static_cast<double>(g_in[j] - kInZero); },
        [&](int32_t j) { return static_cast<double>(g_filter[j]); });
    const double scale = static_cast<double>(kInScale) * static_cast<double>(scales[per_channel ? i % out_c : 0]) / static_cast<double>(kOutScale);
    const double q = (sum + g_bias[i % out_c]) * scale + kOutZero;
    expected[i] = static_cast<int8_t>(clamp(q + (q < 0 ? -0.5 : 0.5), -128.0, 127.0));
  }
  r.expect_ok(m.invoke(), "invoke int8");
  r.within<int8_t>("int8 against double", expected, m.out<int8_t>(), out_count, 1);
}

void check_f32(Report& r, int32_t in_c, int32_t multiplier, bool hybrid) {
  Random random = r.random();
  const int32_t out_c = in_c * multiplier, in_count = kBatches * kInH * kInW * in_c, out_count = kBatches * kOutH * kOutW * out_c;
  constexpr float kScale = 0.01f;
  float filter[kTaps * 6], expected[kMostOut], in[kBatches * kInH * kInW * 6];
  random.fill_s8(g_filter, kTaps * out_c);
  for (int32_t i = 0; i < kTaps * out_c; ++i) filter[i] = static_cast<float>(g_filter[i]) * kScale;
  OneOp m;
  m.input({Type::kFloat32, shape_of(kBatches, kInH, kInW, in_c)});
  if (hybrid) {
    m.input({Type::kInt8, shape_of(1, 3, 3, out_c), kScale, 0, g_filter, static_cast<uint32_t>(kTaps * out_c), nullptr, 0, 3});
  } else {
    m.input({Type::kFloat32, shape_of(1, 3, 3, out_c), 0, 0, filter, static_cast<uint32_t>(4 * kTaps * out_c)});
  }
  m.output({Type::kFloat32, shape_of(kBatches, kOutH, kOutW, out_c)});
  if (!r.expect_ok(m.prepare(ops::depthwise_conv_2d, Options().i32(1, 2).i32(2, 2)), "prepare float")) return;
  for (int32_t i = 0; i < in_count; ++i) m.in<float>(0)[i] = in[i] = random.real(-2, 2);
  for (int32_t i = 0; i < out_count; ++i) {
    expected[i] = static_cast<float>(sum_at(
        in_c, multiplier, i, [&](int32_t j) { return static_cast<double>(in[j]); }, [&](int32_t j) { return static_cast<double>(filter[j]); }));
  }
  r.expect_ok(m.invoke(), "invoke float");
  // Weights are up to 1.28, inputs up to 2. Float: 10 roundings of the largest sum. Hybrid: a step of 4/255 of the input, and
  // the zero point's rounding, half a step each, a tap.
  const float tolerance = hybrid ? kTaps * 1.28f * (4.0f / 255) * 1.02f : 10 * kTaps * 2 * 1.28f / (1 << 24);
  r.within(hybrid ? "hybrid against double" : "float32 against double", expected, m.out<float>(), out_count, tolerance);
}

}  // namespace

void test_depthwise_conv_2d(Report& r) {
  for (const Side filter : kFilters) {
    for (const int32_t in_c : kChannels) {
      for (const int32_t multiplier : kMultipliers) {
        for (int32_t draw = 0; draw < 2 && in_c * multiplier <= kMostChannels; ++draw) {
          if (r.next_case()) check_kernels(r, filter, in_c, multiplier);
        }
      }
    }
  }
  for (int32_t in_c = 1; in_c <= 3; ++in_c) {
    for (int32_t multiplier = 1; multiplier <= 2; ++multiplier) {
      if (r.next_case()) check_s8(r, in_c, multiplier, true);
      if (r.next_case()) check_s8(r, in_c, multiplier, false);
      if (r.next_case()) check_f32(r, in_c, multiplier, false);
      if (r.next_case()) check_f32(r, in_c, multiplier, true);
    }
  }
}

}  // namespace testing
}  // namespace midge
