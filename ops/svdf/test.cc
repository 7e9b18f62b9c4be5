// SVDF over several inferences: float32 and hybrid against sums in double over the whole history, int8 exactly with the contract's
// requantisation; then what is refused.
#include "ops/svdf/svdf.h"
#include "ops/testing.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kSteps = 6, kMostBatches = 2, kMostIn = 7, kMostFilters = 6, kMostMemory = 4;

constexpr SvdfShape kShapes[] = {{1, 5, 3, 1, 4}, {2, 7, 3, 2, 3}, {2, 1, 1, 4, 1}, {1, 3, 4, 1, 2}};

float g_feature[kMostFilters * kMostIn], g_time[kMostFilters * kMostMemory];
int8_t g_feature_s8[kMostFilters * kMostIn], g_time_s8[kMostFilters * kMostMemory];
int16_t g_time_s16[kMostFilters * kMostMemory];
float g_bias[kMostFilters];
int32_t g_bias_s32[kMostFilters];

/// What each filter has been given, oldest first, after kMostMemory zeros.
template <class T>
struct History {
  T values[kMostBatches][kMostFilters][kMostMemory + kSteps] = {};
  /// Element t of a state of `memory` elements after `step`.
  T at(int32_t b, int32_t f, int32_t memory, int32_t step, int32_t t) const { return values[b][f][kMostMemory + step + 1 - memory + t]; }
};

/// kInt8 weights: hybrid.
void check_f32(Report& r, const SvdfShape& s, Type weights, bool asymmetric, Contract contract, bool bias) {
  Random random = r.random();
  constexpr float kScale = 0.01f;
  const bool hybrid = weights != Type::kFloat32;
  random.fill_s8(g_feature_s8, s.filters() * s.inputs), random.fill_s8(g_time_s8, s.filters() * s.memory);
  for (int32_t i = 0; i < s.filters() * s.inputs; ++i) g_feature[i] = static_cast<float>(g_feature_s8[i]) * kScale;
  for (int32_t i = 0; i < s.filters() * s.memory; ++i) g_time[i] = static_cast<float>(g_time_s8[i]) * kScale;
  for (int32_t u = 0; u < s.units; ++u) g_bias[u] = bias ? random.real(-1, 1) : 0.0f;
  const uint32_t feature_count = static_cast<uint32_t>(s.filters() * s.inputs), time_count = static_cast<uint32_t>(s.filters() * s.memory);
  TensorSpec state{Type::kFloat32, shape_of(s.batches, s.filters() * s.memory)};
  state.is_variable = true;
  OneOp m;
  m.input({Type::kFloat32, shape_of(s.batches, s.inputs)});
  if (hybrid) {
    m.input({weights, shape_of(s.filters(), s.inputs), kScale, 0, g_feature_s8, feature_count});
    m.input({weights, shape_of(s.filters(), s.memory), kScale, 0, g_time_s8, time_count});
  } else {
    m.input({Type::kFloat32, shape_of(s.filters(), s.inputs), 0, 0, g_feature, 4 * feature_count});
    m.input({Type::kFloat32, shape_of(s.filters(), s.memory), 0, 0, g_time, 4 * time_count});
  }
  m.input({Type::kFloat32, shape_of(s.units), 0, 0, g_bias, static_cast<uint32_t>(4 * s.units)});
  m.input(state);
  m.output({Type::kFloat32, shape_of(s.batches, s.units)});
  const OpRegistration& op = hybrid ? ops::svdf_hybrid : ops::svdf_f32;
  if (!r.expect_ok(m.prepare(op, Options().i32(0, s.rank).u8(1, 1).u8(2, asymmetric), contract), "prepare float")) return;
  History<double> history;
  // Weights are up to 1.28. Hybrid: half a step of the input (and of its zero point) a product. Float: some roundings of the largest sum.
  const float products = static_cast<float>(s.inputs * s.memory * s.rank);
  const float tolerance =
      hybrid ? products * 1.28f * 1.28f * (4.0f / 254) * (asymmetric ? 1.02f : 0.51f) : products * products * 4.0f / (1 << 24);
  for (int32_t step = 0; step < kSteps; ++step) {
    float expected[kMostBatches * kMostFilters];
    for (int32_t i = 0; i < s.batches * s.inputs; ++i) m.in<float>(0)[i] = random.real(-2, 2);
    for (int32_t b = 0; b < s.batches; ++b) {
      for (int32_t f = 0; f < s.filters(); ++f) {
        double& latest = history.values[b][f][kMostMemory + step];
        for (int32_t i = 0; i < s.inputs; ++i) {
          latest += static_cast<double>(m.in<float>(0)[b * s.inputs + i]) * static_cast<double>(g_feature[f * s.inputs + i]);
        }
      }
      for (int32_t u = 0; u < s.units; ++u) {
        double sum = static_cast<double>(g_bias[u]);
        for (int32_t f = u * s.rank; f < (u + 1) * s.rank; ++f) {
          for (int32_t t = 0; t < s.memory; ++t) sum += history.at(b, f, s.memory, step, t) * static_cast<double>(g_time[f * s.memory + t]);
        }
        expected[b * s.units + u] = static_cast<float>(max(sum, 0.0));
      }
    }
    if (!r.expect_ok(m.invoke(), "invoke float")) return;
    const Line what = Line() << (hybrid ? "hybrid" : "float32") << " against double, inference " << step;
    if (!r.within(what.text(), expected, m.out<float>(), s.batches * s.units, tolerance)) return;
  }
}

/// Rounded twice and clamped, with a ratio of scales as single precision has it.
int32_t rescale(int32_t x, float ratio, int32_t zero_point, int32_t lowest) {
  Multiplier m;
  (void)quantize_ratio(ratio, 1, 1, 0, &m);
  return clamp(multiply_twice_rounded(x, m.value, m.shift) + zero_point, lowest, -lowest - 1);
}

void check_s8(Report& r, const SvdfShape& s, bool wide_state, bool bias) {
  Random random = r.random();
  constexpr float kIn = 0.03f, kFeature = 0.01f, kOut = 0.09f;
  constexpr int32_t kInZero = 7, kOutZero = -20;
  const float time_scale = wide_state ? 0.0001f : 0.01f, state_scale = wide_state ? 0.002f : 0.07f;
  const int32_t state_zero = wide_state ? 0 : 5;
  random.fill_s8(g_feature_s8, s.filters() * s.inputs), random.fill_s8(g_time_s8, s.filters() * s.memory);
  for (int32_t i = 0; i < s.filters() * s.memory; ++i) g_time_s16[i] = static_cast<int16_t>(random.between(-9000, 9000));
  for (int32_t u = 0; u < s.units; ++u) g_bias_s32[u] = bias ? random.between(-900, 900) : 0;
  const Type type = wide_state ? Type::kInt16 : Type::kInt8;
  TensorSpec state{type, shape_of(s.batches, s.filters() * s.memory), state_scale, state_zero};
  state.is_variable = true;
  OneOp m;
  m.input({Type::kInt8, shape_of(s.batches, s.inputs), kIn, kInZero});
  m.input({Type::kInt8, shape_of(s.filters(), s.inputs), kFeature, 0, g_feature_s8, static_cast<uint32_t>(s.filters() * s.inputs)});
  m.input({type, shape_of(s.filters(), s.memory), time_scale, 0, wide_state ? static_cast<const void*>(g_time_s16) : g_time_s8,
           static_cast<uint32_t>(s.filters() * s.memory) * type_bytes(type)});
  m.input({Type::kInt32, shape_of(s.units), 0, 0, g_bias_s32, static_cast<uint32_t>(4 * s.units)});
  m.input(state);
  m.output({Type::kInt8, shape_of(s.batches, s.units), kOut, kOutZero});
  if (!r.expect_ok(m.prepare(ops::svdf_s8, Options().i32(0, s.rank).u8(1, 1)), "prepare int8")) return;
  History<int32_t> history;
  for (int32_t step = 0; step < kSteps; ++step) {
    int8_t expected[kMostBatches * kMostFilters], in[kMostBatches * kMostIn];
    random.fill_s8(in, s.batches * s.inputs);
    memcpy(m.in<int8_t>(0), in, static_cast<size_t>(s.batches * s.inputs));
    for (int32_t b = 0; b < s.batches; ++b) {
      for (int32_t f = 0; f < s.filters(); ++f) {
        int32_t latest = 0;
        for (int32_t i = 0; i < s.inputs; ++i) latest += (in[b * s.inputs + i] - kInZero) * g_feature_s8[f * s.inputs + i];
        latest = rescale(latest, kIn * kFeature / state_scale, 0, wide_state ? -32768 : -128);
        // Beyond int8 the zero point makes it wrap, as in the contract.
        history.values[b][f][kMostMemory + step] = wide_state ? latest : static_cast<int8_t>(latest + state_zero) - state_zero;
      }
      for (int32_t u = 0; u < s.units; ++u) {
        int32_t sum = g_bias_s32[u];
        for (int32_t f = u * s.rank; f < (u + 1) * s.rank; ++f) {
          for (int32_t t = 0; t < s.memory; ++t) {
            const int32_t at = f * s.memory + t;
            sum += history.at(b, f, s.memory, step, t) * (wide_state ? g_time_s16[at] : g_time_s8[at]);
          }
        }
        expected[b * s.units + u] = static_cast<int8_t>(rescale(sum, state_scale * time_scale / kOut, kOutZero, -128));
      }
    }
    if (!r.expect_ok(m.invoke(), "invoke int8")) return;
    const Line what = Line() << "int8, inference " << step;
    if (!r.equal(what.text(), expected, m.out<int8_t>(), s.batches * s.units)) return;
  }
}

/// What a model is refused for. `change` spoils one of its parts: 2 units of rank 2 over 3 inputs and 5 steps.
struct Parts {
  TensorSpec in{Type::kInt8, shape_of(1, 3), 0.5f}, feature{Type::kInt8, shape_of(4, 3), 0.5f}, time{Type::kInt16, shape_of(4, 5), 0.5f};
  TensorSpec bias{Type::kInt32, shape_of(2)}, state{Type::kInt16, shape_of(1, 20), 0.5f}, out{Type::kInt8, shape_of(1, 2), 0.5f};
  Options options = Options().i32(0, 2).u8(1, 1);
  Parts() { state.is_variable = true; }
};
template <class F>
void check_refused(Report& r, const char* what, Code code, F change) {
  if (!r.next_case()) return;
  Parts p;
  change(p);
  OneOp m;
  m.input(p.in), m.input(p.feature), m.input(p.time), m.input(p.bias), m.input(p.state), m.output(p.out);
  r.expect(m.prepare(ops::svdf, p.options).code() == code, what);
}

void check_refusals(Report& r) {
  check_refused(r, "all well: weights may be computed", Code::kOk, [](Parts&) {});
  check_refused(r, "rank 0", Code::kUnsupportedOption, [](Parts& p) { p.options.i32(0, 0); });
  check_refused(r, "rank 3", Code::kUnsupportedOption, [](Parts& p) { p.options.i32(0, 3); });
  check_refused(r, "rank -2", Code::kUnsupportedOption, [](Parts& p) { p.options.i32(0, -2); });
  check_refused(r, "input of rank 1", Code::kUnsupportedRank, [](Parts& p) { p.in.shape = shape_of(3); });
  check_refused(r, "feature of 4 inputs", Code::kShapeMismatch, [](Parts& p) { p.feature.shape = shape_of(4, 4); });
  check_refused(r, "time of 5 filters", Code::kShapeMismatch, [](Parts& p) { p.time.shape = shape_of(5, 4); });
  check_refused(r, "state of 19", Code::kShapeMismatch, [](Parts& p) { p.state.shape = shape_of(1, 19); });
  check_refused(r, "state that is no variable", Code::kBadValue, [](Parts& p) { p.state.is_variable = false; });
  check_refused(r, "state of another type than time", Code::kUnsupportedType, [](Parts& p) { p.state.type = Type::kInt8; });
  check_refused(r, "bias of 4", Code::kShapeMismatch, [](Parts& p) { p.bias.shape = shape_of(4); });
  check_refused(r, "output's shape", Code::kShapeMismatch, [](Parts& p) { p.out.shape = shape_of(1, 4); });
  check_refused(r, "feature with a zero point", Code::kQuantization, [](Parts& p) { p.feature.zero_point = 1; });
  check_refused(r, "int16 state with a zero point", Code::kQuantization, [](Parts& p) { p.state.zero_point = 1; });
  check_refused(r, "activation RELU6", Code::kUnsupportedActivation, [](Parts& p) { p.options.u8(1, 3); });
  check_refused(r, "scales out of range", Code::kScaleRange, [](Parts& p) { p.in.scale = 1e10f, p.state.scale = 1e-3f; });
}

}  // namespace

void test_svdf(Report& r) {
  for (const SvdfShape& s : kShapes) {
    if (r.next_case()) check_f32(r, s, Type::kFloat32, false, Contract::kLitert, true);
    if (r.next_case()) check_f32(r, s, Type::kFloat32, false, Contract::kTflm, true);
    if (r.next_case()) check_f32(r, s, Type::kFloat32, false, Contract::kLitert, false);
    if (r.next_case()) check_f32(r, s, Type::kInt8, false, Contract::kLitert, true);
    if (r.next_case()) check_f32(r, s, Type::kUint8, true, Contract::kLitert, true);
    if (r.next_case()) check_s8(r, s, true, true);
    if (r.next_case()) check_s8(r, s, false, true);
    if (r.next_case()) check_s8(r, s, true, false);
  }
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
