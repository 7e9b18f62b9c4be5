// CONV_2D: every int8 kernel against the reference over a grid of channels and filters, the rest of the parameters drawn by case;
// then prepare() and eval() against plain arithmetic in double, with batches, groups, scales by channel, and the float types.
#include "ops/common/window.h"
#include "ops/conv_2d/conv_2d.h"
#include "ops/testing_rows.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMostSide = 7, kMostChannels = 33, kMostTaps = 9;

struct Kernel {
  const char* symbol;
  Conv2DS8Kernel run;
  bool (*fits)(const Conv2DS8&);
};
constexpr Kernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition) \
  {#symbol, symbol, [](const Conv2DS8& p) {     \
     (void)p;                                   \
     return static_cast<bool>(precondition);    \
   }},
#include "ops/conv_2d/kernels.inc"
#undef MIDGE_KERNEL
};

struct Side {
  int32_t h, w;
};
constexpr Side kFilters[] = {{1, 1}, {3, 3}, {5, 1}, {1, 3}, {2, 4}};
constexpr int32_t kInChannels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};
constexpr int32_t kOutChannels[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 33};

int32_t common_divisor(int32_t a, int32_t b) { return b == 0 ? a : common_divisor(b, a % b); }

Conv2DShape draw_shape(Random& random, Side filter, int32_t in_c, int32_t out_c) {
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
           h.output * w.output * filter.h * filter.w * in_c * out_c > 6000 + 4 * in_c * out_c * filter.h * filter.w);
  const int32_t common = common_divisor(in_c, out_c), choice = random.between(0, 2);
  const int32_t groups = choice == 0 ? common : (choice == 1 && common % 2 == 0 ? 2 : 1);
  return Conv2DShape{1,        h.input,       w.input,  in_c,     h.output,   w.output,   out_c,        filter.h,
                     filter.w, in_c / groups, h.stride, w.stride, h.dilation, w.dilation, h.pad_before, w.pad_before};
}

alignas(16) int8_t g_in[kMostSide * kMostSide * kMostChannels];
alignas(16) int8_t g_filter[kMostTaps * kMostChannels * kMostChannels];
int32_t g_bias[kMostChannels], g_multipliers[kMostChannels];
int8_t g_shifts[kMostChannels];
RowBuffers<kMostSide * kMostSide * kMostChannels, kMostSide * kMostSide * kMostChannels> g_rows;

void draw_requantization(Random& random, int32_t taps, int32_t channels, OutputStage* out) {
  int32_t shift = -5;
  while (taps >> 1 >= 1) taps >>= 2, --shift;
  const bool per_channel = random.between(0, 1) != 0, extreme = random.between(0, 15) == 0;
  for (int32_t c = 0; c < channels; ++c) {
    g_multipliers[c] = per_channel || c == 0 ? random.between(1 << 30, INT32_MAX) : g_multipliers[0];
    g_shifts[c] = static_cast<int8_t>(extreme ? random.between(-31, 8) : (per_channel ? shift - random.between(0, 3) : shift));
    g_bias[c] = extreme ? random.between(INT32_MIN, INT32_MAX) : random.between(-2000 * (taps + 1), 2000 * (taps + 1));
  }
  const int32_t offsets[] = {-128, 127, 0, random.between(-128, 127)};
  out->offset = offsets[random.between(0, 3)];
  const int32_t clamps = random.between(0, 3);
  out->low = clamps == 0 ? out->offset : (clamps == 1 ? -20 : -128);
  out->high = clamps == 1 ? 50 : 127;
}

void check_kernels(Report& r, Side filter, int32_t in_c, int32_t out_c) {
  Random random = r.random();
  Conv2DS8 p;
  p.shape = draw_shape(random, filter, in_c, out_c);
  const int32_t zero_points[] = {-128, 127, 0, random.between(-128, 127)};
  p.input_offset = -zero_points[random.between(0, 3)];
  p.multipliers.values = g_multipliers, p.multipliers.shifts = g_shifts;
  draw_requantization(random, p.shape.taps(), out_c, &p.out);
  random.fill_s8(g_in, p.shape.in_h * p.shape.in_w * in_c);
  random.fill_s8(g_filter, p.shape.taps() * out_c);
  Conv2DS8Tensors t;
  t.in = {g_in, p.shape.in_w * in_c, 0};
  t.filter = g_filter;
  t.bias = random.between(0, 3) == 0 ? nullptr : g_bias;
  for (const Kernel& k : kKernels) {
    if (k.fits(p)) check_row_kernel<Conv2DS8, Conv2DS8Tensors, Conv2DS8Kernel>(r, k.symbol, k.run, conv_2d_s8_reference, p, t, g_rows);
  }
}

// -- the operator as a whole

struct Case {
  int32_t batches, in_h, in_w, in_c, out_c, filter_h, filter_w, groups, stride, dilation;
  Padding padding;
  Activation activation;
  bool per_channel;
};
constexpr Case kCases[] = {
    {1, 5, 5, 2, 3, 3, 3, 1, 1, 1, Padding::kSame, Activation::kNone, true},
    {3, 4, 6, 4, 4, 2, 3, 2, 2, 1, Padding::kSame, Activation::kRelu, true},
    {2, 7, 5, 3, 6, 3, 2, 3, 1, 2, Padding::kValid, Activation::kRelu6, false},
    {2, 1, 8, 6, 5, 1, 5, 1, 3, 1, Padding::kValid, Activation::kReluN1To1, false},
    {1, 6, 6, 1, 2, 3, 3, 1, 2, 2, Padding::kSame, Activation::kNone, false},
};

/// Output size and padding in front, from the definition.
void fit(const Case& k, int32_t in, int32_t taps, int32_t* out, int32_t* pad) {
  const int32_t extent = (taps - 1) * k.dilation + 1;
  *out = k.padding == Padding::kSame ? (in + k.stride - 1) / k.stride : (in - extent) / k.stride + 1;
  *pad = k.padding == Padding::kSame ? max((*out - 1) * k.stride + extent - in, int32_t{0}) / 2 : 0;
}

/// The sum of each output in double; value(i) is input element i less its zero point, weight(o, i) a filter element.
template <class Value, class Weight, class F>
void for_each_sum(const Case& k, Value value, Weight weight, F f) {
  int32_t out_h, out_w, top, left, at = 0;
  fit(k, k.in_h, k.filter_h, &out_h, &top);
  fit(k, k.in_w, k.filter_w, &out_w, &left);
  const int32_t filter_c = k.in_c / k.groups;
  for (int32_t y = 0; y < k.batches * out_h; ++y) {
    for (int32_t x = 0; x < out_w; ++x) {
      for (int32_t o = 0; o < k.out_c; ++o) {
        double sum = 0;
        for (int32_t tap = 0; tap < k.filter_h * k.filter_w * filter_c; ++tap) {
          const int32_t i = tap % filter_c, dx = tap / filter_c % k.filter_w, dy = tap / filter_c / k.filter_w;
          const int32_t iy = y % out_h * k.stride + dy * k.dilation - top, ix = x * k.stride + dx * k.dilation - left;
          if (iy < 0 || iy >= k.in_h || ix < 0 || ix >= k.in_w) continue;
          const int32_t channel = o / (k.out_c / k.groups) * filter_c + i;
          sum += value(((y / out_h * k.in_h + iy) * k.in_w + ix) * k.in_c + channel) * weight(o * k.filter_h * k.filter_w * filter_c + tap);
        }
        f(at++, o, sum);
      }
    }
  }
}

Options options_of(const Case& k) {
  return Options()
      .u8(0, static_cast<int32_t>(k.padding))
      .i32(1, k.stride)
      .i32(2, k.stride)
      .u8(3, static_cast<int32_t>(k.activation))
      .i32(4, k.dilation)
      .i32(5, k.dilation);
}

struct Bounds {
  float low, high;
};
Bounds bounds_of(Activation a) {
  if (a == Activation::kRelu) return {0, 1e30f};
  if (a == Activation::kRelu6) return {0, 6};
  if (a == Activation::kReluN1To1) return {-1, 1};
  return {-1e30f, 1e30f};
}

constexpr int32_t kMost = 400;
int8_t g_expected_s8[kMost];
float g_expected_f32[kMost], g_in_f32[kMost], g_filter_f32[kMost], g_bias_f32[kMostChannels];

void check_s8(Report& r, const Case& k) {
  Random random = r.random();
  constexpr float kInScale = 0.037f, kOutScale = 0.05f;
  constexpr int32_t kInZero = -11, kOutZero = 4;
  float scales[kMostChannels];
  const int32_t taps = k.filter_h * k.filter_w * k.in_c / k.groups, in_count = k.batches * k.in_h * k.in_w * k.in_c;
  int32_t out_h, out_w, pad;
  fit(k, k.in_h, k.filter_h, &out_h, &pad), fit(k, k.in_w, k.filter_w, &out_w, &pad);
  for (int32_t c = 0; c < k.out_c; ++c) scales[c] = random.real(0.002f, 0.02f), g_bias[c] = random.between(-3000, 3000);
  random.fill_s8(g_filter, taps * k.out_c);
  OneOp m;
  m.input({Type::kInt8, shape_of(k.batches, k.in_h, k.in_w, k.in_c), kInScale, kInZero});
  m.input({Type::kInt8, shape_of(k.out_c, k.filter_h, k.filter_w, k.in_c / k.groups), 0, 0, g_filter, static_cast<uint32_t>(taps * k.out_c),
           scales, k.per_channel ? static_cast<uint32_t>(k.out_c) : 1, 0});
  m.input({Type::kInt32, shape_of(k.out_c), 0, 0, g_bias, static_cast<uint32_t>(4 * k.out_c)});
  m.output({Type::kInt8, shape_of(k.batches, out_h, out_w, k.out_c), kOutScale, kOutZero});
  if (!r.expect_ok(m.prepare(ops::conv_2d_s8, options_of(k)), "prepare int8")) return;
  random.fill_s8(m.in<int8_t>(0), in_count);
  int8_t in[kMost];
  memcpy(in, m.in<int8_t>(0), static_cast<size_t>(in_count));
  const Bounds bounds = bounds_of(k.activation);
  int32_t n = 0;
  for_each_sum(
      k, [&](int32_t i) { return static_cast<double>(in[i] - kInZero); }, [&](int32_t i) { return static_cast<double>(g_filter[i]); },
      [&](int32_t at, int32_t o, double sum) {
        const double scale = static_cast<double>(scales[k.per_channel ? o : 0]) * static_cast<double>(kInScale);
        const double real = clamp((sum + g_bias[o]) * scale, static_cast<double>(bounds.low), static_cast<double>(bounds.high));
        const double q = real / static_cast<double>(kOutScale) + kOutZero;
        g_expected_s8[at] = static_cast<int8_t>(clamp(q + (q < 0 ? -0.5 : 0.5), -128.0, 127.0));
        n = at + 1;
      });
  r.expect_ok(m.invoke(), "invoke int8");
  r.within<int8_t>("int8 against double", g_expected_s8, m.out<int8_t>(), n, 1);
}

/// float32, or hybrid, where the input loses up to a 127th (or a 255th) of its range and the bound is that of the sum.
void check_f32(Report& r, const Case& k, bool hybrid) {
  Random random = r.random();
  const int32_t taps = k.filter_h * k.filter_w * k.in_c / k.groups, in_count = k.batches * k.in_h * k.in_w * k.in_c;
  int32_t out_h, out_w, pad;
  fit(k, k.in_h, k.filter_h, &out_h, &pad), fit(k, k.in_w, k.filter_w, &out_w, &pad);
  constexpr float kScale = 0.01f;
  random.fill_s8(g_filter, taps * k.out_c);
  for (int32_t i = 0; i < taps * k.out_c; ++i) g_filter_f32[i] = static_cast<float>(g_filter[i]) * kScale;
  for (int32_t c = 0; c < k.out_c; ++c) g_bias_f32[c] = random.real(-1, 1);
  OneOp m;
  const Shape filter = shape_of(k.out_c, k.filter_h, k.filter_w, k.in_c / k.groups);
  m.input({Type::kFloat32, shape_of(k.batches, k.in_h, k.in_w, k.in_c)});
  if (hybrid) {
    m.input({Type::kInt8, filter, kScale, 0, g_filter, static_cast<uint32_t>(taps * k.out_c)});
  } else {
    m.input({Type::kFloat32, filter, 0, 0, g_filter_f32, static_cast<uint32_t>(4 * taps * k.out_c)});
  }
  m.input({Type::kFloat32, shape_of(k.out_c), 0, 0, g_bias_f32, static_cast<uint32_t>(4 * k.out_c)});
  m.output({Type::kFloat32, shape_of(k.batches, out_h, out_w, k.out_c)});
  if (!r.expect_ok(m.prepare(ops::conv_2d, options_of(k)), "prepare float")) return;
  for (int32_t i = 0; i < in_count; ++i) m.in<float>(0)[i] = g_in_f32[i] = random.real(-2, 2);
  const Bounds bounds = bounds_of(k.activation);
  int32_t n = 0;
  for_each_sum(
      k, [&](int32_t i) { return static_cast<double>(g_in_f32[i]); }, [&](int32_t i) { return static_cast<double>(g_filter_f32[i]); },
      [&](int32_t at, int32_t o, double sum) {
        g_expected_f32[at] = clamp(static_cast<float>(sum + static_cast<double>(g_bias_f32[o])), bounds.low, bounds.high);
        n = at + 1;
      });
  r.expect_ok(m.invoke(), "invoke float");
  // Weights are up to 1.28. Float: n + 1 roundings of at most 2^-24 of the largest sum. Hybrid: half a step of the input a tap.
  const float taps_f = static_cast<float>(taps);
  const float tolerance = hybrid ? taps_f * 1.28f * (2.0f / 127) * 0.51f : (taps_f + 2) * taps_f * 2 * 1.28f / (1 << 24);
  r.within(hybrid ? "hybrid against double" : "float32 against double", g_expected_f32, m.out<float>(), n, tolerance);
}

}  // namespace

void test_conv_2d(Report& r) {
  for (const Side filter : kFilters) {
    for (const int32_t in_c : kInChannels) {
      for (const int32_t out_c : kOutChannels) {
        for (int32_t draw = 0; draw < 2; ++draw) {
          if (r.next_case()) check_kernels(r, filter, in_c, out_c);
        }
      }
    }
  }
  for (const Case& k : kCases) {
    if (r.next_case()) check_s8(r, k);
    if (r.next_case()) check_f32(r, k, false);
    if (r.next_case()) check_f32(r, k, true);
  }
}

}  // namespace testing
}  // namespace midge
