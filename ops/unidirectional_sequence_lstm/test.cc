// UNIDIRECTIONAL_SEQUENCE_LSTM against its equations in double, by all types, both contracts, with and without an input gate, batch- and
// time-major, clipped and not; over two inferences, so that the states are handed on, and once more after a reset. Each step is
// computed from the h that the operator gave for the step before, so that errors do not add up but in c.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kBatches = 2, kSteps = 3, kInputs = 5, kCells = 6;
constexpr int32_t kInCount = kBatches * kSteps * kInputs;
constexpr float kClip = 0.3f;
constexpr uint32_t kGates = 4, kInputGate = 0, kForgetGate = 1, kCellGate = 2, kOutputGate = 3;

struct LstmCase {
  Type activation, weight;
  Contract contract;
  bool input_gate, time_major, clipped;
};

double sigmoid(double x) { return 1 / (1 + exp_double(-x)); }
double tanh_double(double x) { return 2 * sigmoid(2 * x) - 1; }

/// The weights: small integers times a scale, in the type that the case wants.
struct Weights {
  static constexpr float kScale = 0.011f;
  int8_t input[kGates][kCells * kInputs], recurrent[kGates][kCells * kCells];
  float input_f32[kGates][kCells * kInputs], recurrent_f32[kGates][kCells * kCells];
  float bias_f32[kGates][kCells];
  int32_t bias_s32[kGates][kCells];
  int64_t bias_s64[kGates][kCells];

  void draw(Random& random, float input_scale) {
    for (uint32_t g = 0; g < kGates; ++g) {
      for (int32_t i = 0; i < kCells * kInputs; ++i) {
        input[g][i] = static_cast<int8_t>(random.between(-127, 127));
        input_f32[g][i] = static_cast<float>(input[g][i]) * kScale;
      }
      for (int32_t i = 0; i < kCells * kCells; ++i) {
        recurrent[g][i] = static_cast<int8_t>(random.between(-127, 127));
        recurrent_f32[g][i] = static_cast<float>(recurrent[g][i]) * kScale;
      }
      for (int32_t i = 0; i < kCells; ++i) {
        bias_s64[g][i] = bias_s32[g][i] = static_cast<int32_t>(random.real(-1, 1) / (input_scale * kScale));
        bias_f32[g][i] = static_cast<float>(bias_s32[g][i]) * input_scale * kScale;
      }
    }
  }
};
Weights g_weights;

bool integer(const LstmCase& c) { return c.activation != Type::kFloat32; }
/// Scales and zero points of x and h. h covers [-1, 1).
Quant input_quant(const LstmCase& c) {
  return c.activation == Type::kInt8 ? Quant{0.02f, 9} : (c.activation == Type::kInt16 ? Quant{1e-4f, 0} : Quant{0, 0});
}
Quant state_quant(const LstmCase& c) {
  return c.activation == Type::kInt8 ? Quant{1.0f / 128, -3} : (c.activation == Type::kInt16 ? Quant{1.0f / 32768, 0} : Quant{0, 0});
}

TensorSpec variable(Type type, Quant q) {
  TensorSpec t{type, shape_of(kBatches, kCells), q.scale, q.zero_point};
  t.is_variable = true;
  return t;
}

void add_lstm(OneOp& m, const LstmCase& c) {
  const Weights& w = g_weights;
  const Quant x = input_quant(c), h = state_quant(c);
  const int32_t outer = c.time_major ? kSteps : kBatches, inner = c.time_major ? kBatches : kSteps;
  m.input({c.activation, shape_of(outer, inner, kInputs), x.scale, x.zero_point});
  const bool quantised = c.weight == Type::kInt8;
  const auto add = [&](uint32_t gate, const int8_t* values, const float* real, int32_t columns) {
    if (gate == kInputGate && !c.input_gate) return m.absent();
    const uint32_t count = static_cast<uint32_t>(kCells * columns);
    m.input({c.weight, shape_of(kCells, columns), quantised ? Weights::kScale : 0, 0, quantised ? static_cast<const void*>(values) : real,
             count * (quantised ? 1 : 4)});
  };
  for (uint32_t g = 0; g < kGates; ++g) add(g, w.input[g], w.input_f32[g], kInputs);
  for (uint32_t g = 0; g < kGates; ++g) add(g, w.recurrent[g], w.recurrent_f32[g], kCells);
  for (uint32_t i = 0; i < 3; ++i) m.absent();
  for (uint32_t g = 0; g < kGates; ++g) {
    if (g == kInputGate && !c.input_gate) {
      m.absent();
    } else if (c.activation == Type::kInt8) {
      m.input({Type::kInt32, shape_of(kCells), 0, 0, w.bias_s32[g], sizeof w.bias_s32[g]});
    } else if (c.activation == Type::kInt16) {
      m.input({Type::kInt64, shape_of(kCells), 0, 0, w.bias_s64[g], sizeof w.bias_s64[g]});
    } else {
      m.input({Type::kFloat32, shape_of(kCells), 0, 0, w.bias_f32[g], sizeof w.bias_f32[g]});
    }
  }
  for (uint32_t i = 0; i < 2; ++i) m.absent();
  m.input(variable(c.activation, h));
  m.input(integer(c) ? variable(Type::kInt16, {1.0f / 4096, 0}) : variable(Type::kFloat32, {0, 0}));
  for (uint32_t i = 0; i < 4; ++i) m.absent();
  m.output({c.activation, shape_of(outer, inner, kCells), h.scale, h.zero_point});
  for (uint32_t i = 0; i < 5; ++i) m.intermediate({Type::kInt8, shape_of(0), h.scale != 0 ? h.scale : 1.0f, h.zero_point});
}

Options lstm_options(const LstmCase& c) {
  return Options().u8(0, static_cast<int32_t>(Activation::kTanh)).f32(1, c.clipped ? kClip : 0).u8(3, c.time_major);
}

double to_real(Type type, const void* data, int32_t i, Quant q) {
  if (type == Type::kFloat32) return static_cast<double>(static_cast<const float*>(data)[i]);
  const int32_t v = type == Type::kInt8 ? static_cast<const int8_t*>(data)[i] : static_cast<const int16_t*>(data)[i];
  return static_cast<double>(v - q.zero_point) * static_cast<double>(q.scale);
}

/// The states in double, and one step of one row.
struct Oracle {
  double h[kBatches][kCells] = {}, c[kBatches][kCells] = {};

  void step(const LstmCase& s, int32_t b, const double* x, double* out) {
    const Weights& w = g_weights;
    for (int32_t k = 0; k < kCells; ++k) {
      double sum[kGates];
      for (uint32_t g = 0; g < kGates; ++g) {
        sum[g] = static_cast<double>(w.bias_f32[g][k]);
        for (int32_t i = 0; i < kInputs; ++i) sum[g] += static_cast<double>(w.input_f32[g][k * kInputs + i]) * x[i];
        for (int32_t i = 0; i < kCells; ++i) sum[g] += static_cast<double>(w.recurrent_f32[g][k * kCells + i]) * h[b][i];
      }
      const double forget = sigmoid(sum[kForgetGate]), input = s.input_gate ? sigmoid(sum[kInputGate]) : 1 - forget;
      c[b][k] = forget * c[b][k] + input * tanh_double(sum[kCellGate]);
      if (s.clipped) c[b][k] = clamp(c[b][k], -static_cast<double>(kClip), static_cast<double>(kClip));
      out[k] = sigmoid(sum[kOutputGate]) * tanh_double(c[b][k]);
    }
  }
};

/// One inference: every output against the oracle's.
void check_inference(Report& r, const LstmCase& c, OneOp& m, Oracle& oracle, double tolerance) {
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  const void *in = m.in<uint8_t>(0), *out = m.out<uint8_t>();
  for (int32_t b = 0; b < kBatches; ++b) {
    for (int32_t t = 0; t < kSteps; ++t) {
      const int32_t row = c.time_major ? t * kBatches + b : b * kSteps + t;
      double x[kInputs], expected[kCells], actual[kCells];
      for (int32_t i = 0; i < kInputs; ++i) x[i] = to_real(c.activation, in, row * kInputs + i, input_quant(c));
      for (int32_t k = 0; k < kCells; ++k) actual[k] = to_real(c.activation, out, row * kCells + k, state_quant(c));
      oracle.step(c, b, x, expected);
      for (int32_t k = 0; k < kCells; ++k) {
        const double difference = expected[k] - actual[k];
        const Line what = Line() << "batch " << b << " step " << t << " cell " << k << " is " << static_cast<float>(actual[k])
                                 << ", expected " << static_cast<float>(expected[k]);
        r.expect(difference <= tolerance && -difference <= tolerance, what.text());
        oracle.h[b][k] = actual[k];
      }
    }
  }
}

void draw_input(const LstmCase& c, Random& random, OneOp& m) {
  for (int32_t i = 0; i < kInCount; ++i) {
    if (c.activation == Type::kInt8) m.in<int8_t>(0)[i] = static_cast<int8_t>(random.between(-128, 127));
    if (c.activation == Type::kInt16) m.in<int16_t>(0)[i] = static_cast<int16_t>(random.between(-20000, 20000));
    if (c.activation == Type::kFloat32) m.in<float>(0)[i] = random.real(-2, 2);
  }
}

void check(Report& r, const LstmCase& c, double tolerance) {
  Random random = r.random();
  g_weights.draw(random, integer(c) ? input_quant(c).scale : 0.02f);
  OneOp m;
  add_lstm(m, c);
  if (!r.expect_ok(m.prepare(ops::unidirectional_sequence_lstm, lstm_options(c), c.contract), "prepare")) return;
  Oracle oracle;
  for (int32_t i = 0; i < 2; ++i) {
    draw_input(c, random, m);
    check_inference(r, c, m, oracle, tolerance);
  }
  r.expect_ok(m.reset(), "reset");
  oracle = Oracle();
  check_inference(r, c, m, oracle, tolerance);
}

/// What prepare() says to a model in which one thing is wrong, done by `spoil` with the specs of a sound int8 model.
struct Spec {
  TensorSpec inputs[24], output, hidden;
  bool present[24];
  uint32_t count = 24;
  Options options;
};
template <class F>
Code refusal(Contract contract, F spoil) {
  const Weights& w = g_weights;
  Spec s = {};
  s.inputs[0] = {Type::kInt8, shape_of(kBatches, kSteps, kInputs), 0.02f, 9};
  for (uint32_t g = 0; g < kGates; ++g) {
    s.inputs[1 + g] = {Type::kInt8, shape_of(kCells, kInputs), 0.01f, 0, w.input[g], sizeof w.input[g]};
    s.inputs[5 + g] = {Type::kInt8, shape_of(kCells, kCells), 0.01f, 0, w.recurrent[g], sizeof w.recurrent[g]};
    s.inputs[12 + g] = {Type::kInt32, shape_of(kCells), 0, 0, w.bias_s32[g], sizeof w.bias_s32[g]};
    s.present[1 + g] = s.present[5 + g] = s.present[12 + g] = true;
  }
  s.inputs[18] = variable(Type::kInt8, {1.0f / 128, 0});
  s.inputs[19] = variable(Type::kInt16, {1.0f / 4096, 0});
  s.present[0] = s.present[18] = s.present[19] = true;
  s.output = {Type::kInt8, shape_of(kBatches, kSteps, kCells), 1.0f / 128};
  s.hidden = {Type::kInt8, shape_of(0), 1.0f / 128};
  s.options = Options().u8(0, static_cast<int32_t>(Activation::kTanh));
  spoil(s);
  OneOp m;
  for (uint32_t i = 0; i < s.count; ++i) {
    if (s.present[i]) {
      m.input(s.inputs[i]);
    } else {
      m.absent();
    }
  }
  m.output(s.output);
  for (uint32_t i = 0; i < 5 && s.hidden.scale != 0; ++i) m.intermediate(s.hidden);
  return m.prepare(ops::unidirectional_sequence_lstm, s.options, contract).code();
}

void check_refusals(Report& r) {
  const auto refused = [&](const char* what, Code code, auto spoil) { r.expect(refusal(Contract::kLitert, spoil) == code, what); };
  refused("the control", Code::kOk, [](Spec&) {});
  refused("20 inputs, as in old files", Code::kOk, [](Spec& s) { s.count = 20; });
  refused("21 inputs", Code::kTensorCount, [](Spec& s) { s.count = 21; });
  refused("peepholes", Code::kUnsupportedOption, [](Spec& s) { s.inputs[9] = s.inputs[12], s.present[9] = true; });
  refused("a projection", Code::kUnsupportedOption, [](Spec& s) { s.inputs[16] = s.inputs[5], s.present[16] = true; });
  refused("layer normalisation", Code::kUnsupportedOption, [](Spec& s) { s.inputs[21] = s.inputs[12], s.present[21] = true; });
  refused("another activation", Code::kUnsupportedActivation, [](Spec& s) { s.options.u8(0, 1); });
  refused("a negative clip", Code::kUnsupportedOption, [](Spec& s) { s.options.f32(1, -1); });
  refused("half an input gate", Code::kTensorCount, [](Spec& s) { s.present[5] = false; });
  refused("no forget gate", Code::kTensorCount, [](Spec& s) { s.present[2] = s.present[6] = s.present[13] = false; });
  refused("an input of rank 2", Code::kUnsupportedRank, [](Spec& s) { s.inputs[0].shape = shape_of(kBatches * kSteps, kInputs); });
  refused("diagonal weights", Code::kUnsupportedRank, [](Spec& s) { s.inputs[7].shape = shape_of(kCells), s.inputs[7].data_bytes = kCells; });
  refused("weights of another size", Code::kShapeMismatch, [](Spec& s) { s.inputs[3].shape = shape_of(kInputs, kCells); });
  refused("weights of another type", Code::kUnsupportedType, [](Spec& s) { s.inputs[2].type = Type::kUint8; });
  refused("weights with a zero point", Code::kQuantization, [](Spec& s) { s.inputs[8].zero_point = 1; });
  refused("weights without a scale", Code::kQuantization, [](Spec& s) { s.inputs[6].scale = 0; });
  refused("a bias of another type", Code::kUnsupportedType, [](Spec& s) { s.inputs[14].type = Type::kFloat32; });
  refused("a state of another size", Code::kShapeMismatch, [](Spec& s) { s.inputs[19].shape = shape_of(1, kCells); });
  refused("a state that is no variable", Code::kWrittenTwice, [](Spec& s) { s.inputs[18].is_variable = false; });
  refused("a state with data", Code::kWrittenTwice,
          [](Spec& s) { s.inputs[18].data = g_weights.input[0], s.inputs[18].data_bytes = kBatches * kCells; });
  refused("a cell scale that is no power of two", Code::kScaleRange, [](Spec& s) { s.inputs[19].scale = 0.0003f; });
  refused("a cell scale out of range", Code::kScaleRange, [](Spec& s) { s.inputs[19].scale = 1.0f / 256; });
  refused("no intermediates", Code::kTensorCount, [](Spec& s) { s.hidden.scale = 0; });
  r.expect(refusal(Contract::kTflm, [](Spec& s) { s.hidden.scale = 0; }) == Code::kOk, "tflm without intermediates");
  r.expect(refusal(Contract::kTflm, [](Spec& s) { s.inputs[19].scale = 1.0f / 256; }) == Code::kOk, "tflm with a coarse cell");
}

}  // namespace

void test_unidirectional_sequence_lstm(Report& r) {
  constexpr double kStepS8 = 1.0 / 128;
  for (uint32_t i = 0; i < 8; ++i) {
    const bool input_gate = (i & 1) == 0, time_major = (i & 2) != 0, clipped = (i & 4) != 0;
    const Contract contract = i % 3 == 0 ? Contract::kTflm : Contract::kLitert, other = i % 3 == 0 ? Contract::kLitert : Contract::kTflm;
    if (r.next_case()) check(r, {Type::kInt8, Type::kInt8, contract, input_gate, time_major, clipped}, 0.6 * kStepS8);
    if (r.next_case()) check(r, {Type::kInt8, Type::kInt8, other, input_gate, !time_major, clipped}, 0.6 * kStepS8);
    if (r.next_case()) check(r, {Type::kInt16, Type::kInt8, contract, input_gate, time_major, clipped}, 0.0005);
    if (r.next_case()) check(r, {Type::kFloat32, Type::kFloat32, contract, input_gate, time_major, clipped}, 1e-6);
    if (input_gate && r.next_case()) check(r, {Type::kFloat32, Type::kInt8, contract, true, time_major, clipped}, 0.02);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
