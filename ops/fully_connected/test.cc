// FULLY_CONNECTED: every int8 kernel against the reference over a grid of inputs and outputs, by both contracts; then prepare() and
// eval() against plain arithmetic in double, int8, float32 and hybrid.
#include "ops/fully_connected/fully_connected.h"
#include "ops/testing.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMostInputs = 127, kMostOutputs = 33, kMostBatches = 3, kGuard = 16;

using FullyConnectedKernel = void (*)(const FullyConnectedS8&, const int8_t*, const int8_t*, const int32_t*, int8_t*);
struct Kernel {
  const char* symbol;
  FullyConnectedKernel run;
  bool (*fits)(const FullyConnectedS8&);
};
constexpr Kernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition)     \
  {#symbol, symbol, [](const FullyConnectedS8& p) { \
     (void)p;                                       \
     return static_cast<bool>(precondition);        \
   }},
#include "ops/fully_connected/kernels.inc"
#undef MIDGE_KERNEL
};

constexpr int32_t kInputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 64, 127};
constexpr int32_t kOutputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};

alignas(16) int8_t g_in[kMostBatches * kMostInputs];
alignas(16) int8_t g_filter[kMostInputs * kMostOutputs];
alignas(16) int8_t g_expected[kMostBatches * kMostOutputs + 2 * kGuard], g_actual[kMostBatches * kMostOutputs + 2 * kGuard];
int32_t g_bias[kMostOutputs], g_multipliers[kMostOutputs];
int8_t g_shifts[kMostOutputs];

/// `variant`: bit 0 rounds once, bit 1 per-channel, bit 2 (per-tensor only) a filter with a zero point.
void check_kernels(Report& r, int32_t inputs, int32_t outputs, int32_t variant) {
  Random random = r.random();
  FullyConnectedS8 p;
  p.shape = {random.between(1, kMostBatches), inputs, outputs};
  const int32_t zero_points[] = {-128, 127, 0, random.between(-128, 127)};
  p.input_offset = -zero_points[random.between(0, 3)];
  p.out.offset = zero_points[random.between(0, 3)];
  if (random.between(0, 2) == 0) p.out.low = p.out.offset;
  p.round_once = variant & 1;
  p.filter_offset = variant == 4 || variant == 5 ? -zero_points[random.between(0, 3)] : 0;
  const bool extreme = random.between(0, 15) == 0;
  const auto draw_shift = [&] { return extreme ? random.between(-31, 8) : random.between(-11, -7); };
  p.multiplier = {random.between(1 << 30, INT32_MAX), draw_shift()};
  for (int32_t o = 0; o < outputs; ++o) {
    g_multipliers[o] = random.between(1 << 30, INT32_MAX);
    g_shifts[o] = static_cast<int8_t>(draw_shift());
    g_bias[o] = extreme ? random.between(INT32_MIN, INT32_MAX) : random.between(-50000, 50000);
  }
  if ((variant & 2) != 0) p.multipliers.values = g_multipliers, p.multipliers.shifts = g_shifts;
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

// -- the operator as a whole: 3 rows of 10 inputs, 6 outputs

constexpr int32_t kRows = 3, kIn = 10, kOut = 6;

template <class Value, class Weight>
double sum_at(int32_t at, Value value, Weight weight) {
  double sum = 0;
  for (int32_t i = 0; i < kIn; ++i) sum += value(at / kOut * kIn + i) * weight(at % kOut * kIn + i);
  return sum;
}

void check_s8(Report& r, Contract contract, bool per_channel, int32_t filter_zero) {
  Random random = r.random();
  constexpr float kInScale = 0.04f, kOutScale = 0.1f;
  constexpr int32_t kInZero = 13, kOutZero = -7;
  float scales[kOut];
  for (int32_t o = 0; o < kOut; ++o) scales[o] = random.real(0.005f, 0.02f), g_bias[o] = random.between(-3000, 3000);
  random.fill_s8(g_filter, kIn * kOut);
  OneOp m;
  m.input({Type::kInt8, shape_of(kRows, 2, kIn / 2), kInScale, kInZero});
  m.input({Type::kInt8, shape_of(kOut, kIn), 0, filter_zero, g_filter, kIn * kOut, scales, per_channel ? uint32_t{kOut} : 1, 0});
  m.input({Type::kInt32, shape_of(kOut), 0, 0, g_bias, 4 * kOut});
  m.output({Type::kInt8, shape_of(kRows, kOut), kOutScale, kOutZero});
  if (!r.expect_ok(m.prepare(ops::fully_connected_s8, Options().u8(0, 1), contract), "prepare int8")) return;
  random.fill_s8(m.in<int8_t>(0), kRows * kIn);
  memcpy(g_in, m.in<int8_t>(0), kRows * kIn);
  int8_t expected[kRows * kOut];
  for (int32_t i = 0; i < kRows * kOut; ++i) {
    const double sum = sum_at(
        i, [&](int32_t j) { return static_cast<double>(g_in[j] - kInZero); },
        [&](int32_t j) { return static_cast<double>(g_filter[j] - filter_zero); });
    const double scale = static_cast<double>(kInScale) * static_cast<double>(scales[per_channel ? i % kOut : 0]) / static_cast<double>(kOutScale);
    const double q = (sum + g_bias[i % kOut]) * scale + kOutZero;
    expected[i] = static_cast<int8_t>(clamp(q + (q < 0 ? -0.5 : 0.5), static_cast<double>(kOutZero), 127.0));  // RELU
  }
  r.expect_ok(m.invoke(), "invoke int8");
  r.within<int8_t>("int8 against double", expected, m.out<int8_t>(), kRows * kOut, 1);
}

void check_f32(Report& r, bool hybrid, bool asymmetric) {
  Random random = r.random();
  constexpr float kScale = 0.01f;
  float filter[kIn * kOut], in[kRows * kIn], expected[kRows * kOut];
  random.fill_s8(g_filter, kIn * kOut);
  for (int32_t i = 0; i < kIn * kOut; ++i) filter[i] = static_cast<float>(g_filter[i]) * kScale;
  OneOp m;
  m.input({Type::kFloat32, shape_of(kRows, kIn)});
  m.input(hybrid ? TensorSpec{Type::kInt8, shape_of(kOut, kIn), kScale, 0, g_filter, kIn * kOut}
                 : TensorSpec{Type::kFloat32, shape_of(kOut, kIn), 0, 0, filter, 4 * kIn * kOut});
  m.output({Type::kFloat32, shape_of(kRows, kOut)});
  if (!r.expect_ok(m.prepare(ops::fully_connected, Options().u8(3, asymmetric)), "prepare float")) return;
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
  const Contract contracts[] = {Contract::kLitert, Contract::kTflm};
  for (const Contract contract : contracts) {
    if (r.next_case()) check_s8(r, contract, false, 0);
    if (r.next_case()) check_s8(r, contract, false, -5);
    if (r.next_case()) check_s8(r, contract, true, 0);
  }
  if (r.next_case()) check_f32(r, false, false);
  if (r.next_case()) check_f32(r, true, false);
  if (r.next_case()) check_f32(r, true, true);
}

}  // namespace testing
}  // namespace midge
