// UNIDIRECTIONAL_SEQUENCE_LSTM: prepare and eval.
#include "ops/unidirectional_sequence_lstm/unidirectional_sequence_lstm.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kActivation, kCellClip, kProjectionClip, kTimeMajor, kAsymmetricInputs };
}
// Input tensors; of the gates' weights and biases those of the first gate, the others follow.
namespace slot {
enum : uint32_t {
  kInput,
  kInputWeights = 1,
  kRecurrentWeights = 5,
  kPeephole = 9,
  kBias = 12,
  kProjection = 16,
  kState = 18,
  kCell = 19,
  kLayerNorm = 20
};
}
constexpr uint32_t kOldCount = 20, kCount = 24;  // inputs, without and with layer normalisation's
constexpr uint32_t kHidden = 4;                  // intermediate tensor: o * tanh(c)
constexpr float kGateScale = 1.0f / (1 << 12), kFunctionScale = 1.0f / (1 << 15);
constexpr int32_t kLargestWideShift = 14, kLargestShift = 30;

struct Types {
  Type activation, weight, bias, cell;
};
constexpr Types kS8{Type::kInt8, Type::kInt8, Type::kInt32, Type::kInt16}, kS16{Type::kInt16, Type::kInt8, Type::kInt64, Type::kInt16};
constexpr Types kF32{Type::kFloat32, Type::kFloat32, Type::kFloat32, Type::kFloat32};
constexpr Types kHybrid{Type::kFloat32, Type::kInt8, Type::kFloat32, Type::kFloat32};

/// What the operator can have and has not here.
Status check_variant(const PrepareContext& c) {
  if (c.input_count() != kOldCount && c.input_count() != kCount) return Code::kTensorCount;
  for (uint32_t i = slot::kPeephole; i < slot::kBias; ++i) {
    if (c.has_input(i)) return c.fail_input(i, Code::kUnsupportedOption);
  }
  for (uint32_t i = slot::kProjection; i < slot::kState; ++i) {
    if (c.has_input(i)) return c.fail_input(i, Code::kUnsupportedOption);
  }
  for (uint32_t i = slot::kLayerNorm; i < kCount; ++i) {
    if (c.has_input(i)) return c.fail_input(i, Code::kUnsupportedOption);
  }
  if (static_cast<Activation>(c.options().u8(option::kActivation)) != Activation::kTanh) return Code::kUnsupportedActivation;
  const bool clips_valid = c.options().f32(option::kCellClip) >= 0 && c.options().f32(option::kProjectionClip) >= 0;
  return clips_valid ? Code::kOk : Code::kUnsupportedOption;
}

Status check_matrix(const PrepareContext& c, uint32_t i, Type type, int32_t rows, int32_t columns) {
  const Tensor t = c.input(i);
  if (t.type != type) return c.fail_input(i, Code::kUnsupportedType);
  if (t.shape.rank != 2) return c.fail_input(i, Code::kUnsupportedRank);
  return t.shape[0] == rows && t.shape[1] == columns ? Status() : c.fail_input(i, Code::kShapeMismatch);
}

Status check_state(const PrepareContext& c, uint32_t i, Type type, const LstmShape& s) {
  if (!c.has_input(i)) return Code::kTensorCount;
  const Tensor t = c.input(i);
  if (t.type != type) return c.fail_input(i, Code::kUnsupportedType);
  if (!t.is_variable || t.constant()) return c.fail_input(i, Code::kWrittenTwice);
  return t.shape.count() == static_cast<int64_t>(s.batches) * s.cells ? Status() : c.fail_input(i, Code::kShapeMismatch);
}

/// The first gate that has weights: the input gate, or the one behind it.
uint32_t first_gate(const PrepareContext& c) { return c.has_input(slot::kInputWeights) ? kInputGate : kForgetGate; }

/// Checks all but scales, and sets the output's shape.
Status prepare_shape(PrepareContext& c, const Types& types, LstmShape* s) {
  MIDGE_TRY(c.expect(1, kCount));
  MIDGE_TRY(check_variant(c));
  const Shape in = c.input(slot::kInput).shape;
  if (in.rank != 3) return c.fail_input(slot::kInput, Code::kUnsupportedRank);
  constexpr uint32_t kAnyRecurrent = slot::kRecurrentWeights + kOutputGate;
  if (!c.has_input(kAnyRecurrent)) return Code::kTensorCount;
  const bool time_major = c.options().boolean(option::kTimeMajor);
  const Shape recurrent = c.input(kAnyRecurrent).shape;
  if (recurrent.rank != 2) return c.fail_input(kAnyRecurrent, Code::kUnsupportedRank);
  *s = LstmShape{in[time_major ? 1 : 0], in[time_major ? 0 : 1], in[2], recurrent[0], time_major};
  const uint32_t first = first_gate(c);
  for (uint32_t gate = 0; gate < kLstmGates; ++gate) {
    const uint32_t inputs[] = {slot::kInputWeights + gate, slot::kRecurrentWeights + gate, slot::kBias + gate};
    for (const uint32_t i : inputs) {
      if (c.has_input(i) != (gate >= first)) return Code::kTensorCount;
    }
    if (gate < first) continue;
    MIDGE_TRY(check_matrix(c, inputs[0], types.weight, s->cells, s->inputs));
    MIDGE_TRY(check_matrix(c, inputs[1], types.weight, s->cells, s->cells));
    MIDGE_TRY(check_bias(c, inputs[2], types.bias, s->cells));
  }
  MIDGE_TRY(check_state(c, slot::kState, types.activation, *s));
  MIDGE_TRY(check_state(c, slot::kCell, types.cell, *s));
  Shape out = in;
  out.dims[2] = s->cells;
  return c.set_output_shape(0, out);
}

/// The scale of a weight matrix, per tensor and symmetric.
Status weight_scale(const PrepareContext& c, uint32_t i, float* scale) {
  const Tensor t = c.input(i);
  if (t.quantization.count != 1) return c.fail_input(i, Code::kQuantization);
  MIDGE_TRY(check_filter_scales(t, 1, 0));
  *scale = t.scale();
  return Code::kOk;
}

/// From the products of an activation and a weight matrix to Q3.12. The `litert` contract takes the scales' product in single precision.
Status gate_multiplier(const PrepareContext& c, bool litert, uint32_t activation, uint32_t weights, Multiplier* m) {
  float weight;
  MIDGE_TRY(weight_scale(c, weights, &weight));
  const Tensor in = c.input(activation);
  const int32_t most = in.type == Type::kInt16 ? kLargestWideShift : kLargestShift;
  const Status status = litert ? quantize_ratio(in.scale() * weight, 1, kGateScale, 0, m) : quantize_ratio(in.scale(), weight, kGateScale, 0, m);
  return status.ok() && m->shift <= most ? Status() : c.fail_input(weights, Code::kScaleRange);
}

/// n where the cell state's scale is 2^-n, in the range that the contract's tanh takes.
Status cell_fraction_bits(const PrepareContext& c, bool litert, int32_t* n) {
  const Tensor cell = c.input(slot::kCell);
  MIDGE_TRY(check_scale(cell));
  uint32_t bits;
  const float scale = cell.scale();
  memcpy(&bits, &scale, sizeof bits);
  *n = 127 - static_cast<int32_t>(bits >> 23);
  const bool power_of_two = (bits & 0x7fffff) == 0;
  return power_of_two && *n >= (litert ? 9 : 0) && *n <= (litert ? 15 : 30) ? Status() : c.fail_input(slot::kCell, Code::kScaleRange);
}

Status prepare_integer(PrepareContext& c, const Types& types) {
  LstmShape shape;
  MIDGE_TRY(prepare_shape(c, types, &shape));
  LstmInteger* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  const bool litert = c.contract() == Contract::kLitert && types.activation == Type::kInt8;
  p->litert = litert;
  const Tensor in = c.input(slot::kInput), state = c.input(slot::kState), cell = c.input(slot::kCell);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(state));
  p->input_offset = -in.zero_point();
  p->state_offset = -state.zero_point();
  for (uint32_t gate = first_gate(c); gate < kLstmGates; ++gate) {
    MIDGE_TRY(gate_multiplier(c, litert, slot::kInput, slot::kInputWeights + gate, &p->gates[gate].input));
    MIDGE_TRY(gate_multiplier(c, litert, slot::kState, slot::kRecurrentWeights + gate, &p->gates[gate].recurrent));
  }
  MIDGE_TRY(cell_fraction_bits(c, litert, &p->cell_fraction_bits));
  const float clip = c.options().f32(option::kCellClip);
  const int32_t most = clip / cell.scale() < 32767.0f ? static_cast<int32_t>(clip / cell.scale()) : 32767;  // exact: a power of two
  const bool clipped = litert ? most > 0 : clip > 0;
  p->cell_low = clipped ? -most : INT16_MIN;
  p->cell_high = clipped ? most : INT16_MAX;
  if (litert) {
    const Tensor hidden = c.intermediate(kHidden);
    if (hidden.type == Type::kNone) return Code::kTensorCount;
    MIDGE_TRY(check_scale(hidden));
    p->hidden_offset = hidden.zero_point();
    const float ratio = kFunctionScale * kFunctionScale / hidden.scale();
    return quantize_ratio(ratio, 1, 1, 0, &p->hidden).ok() ? Status() : c.fail_input(slot::kState, Code::kScaleRange);
  }
  p->hidden_offset = state.zero_point();
  const bool fits = quantize_ratio(kFunctionScale, cell.scale(), cell.scale(), 0, &p->forget).ok() &&
                    quantize_ratio(kFunctionScale, kFunctionScale, cell.scale(), 0, &p->input).ok() &&
                    quantize_ratio(kFunctionScale, kFunctionScale, state.scale(), 0, &p->hidden).ok();
  return fits ? Status() : c.fail_input(slot::kState, Code::kScaleRange);
}

Status prepare_s8(PrepareContext& c) { return prepare_integer(c, kS8); }
Status prepare_s16(PrepareContext& c) { return prepare_integer(c, kS16); }

void read_f32_options(const PrepareContext& c, const LstmShape& shape, LstmF32* p) {
  p->shape = shape;
  const float clip = c.options().f32(option::kCellClip);
  p->cell_clip = clip > 0 ? clip : __builtin_inff();
}

Status prepare_f32(PrepareContext& c) {
  LstmShape shape;
  MIDGE_TRY(prepare_shape(c, kF32, &shape));
  LstmF32* p;
  MIDGE_TRY(c.allocate(&p));
  read_f32_options(c, shape, p);
  return Code::kOk;
}

Status prepare_hybrid(PrepareContext& c) {
  LstmShape shape;
  MIDGE_TRY(prepare_shape(c, kHybrid, &shape));
  c.request_scratch(static_cast<uint32_t>(shape.inputs) + static_cast<uint32_t>(shape.cells));
  LstmHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  read_f32_options(c, shape, &p->f32);
  p->symmetric_input = !c.options().boolean(option::kAsymmetricInputs);
  for (uint32_t gate = first_gate(c); gate < kLstmGates; ++gate) {
    MIDGE_TRY(weight_scale(c, slot::kInputWeights + gate, &p->input_scales[gate]));
    MIDGE_TRY(weight_scale(c, slot::kRecurrentWeights + gate, &p->recurrent_scales[gate]));
  }
  return Code::kOk;
}

/// Calls step(weights, step) for each row of each batch, in the order of time, and hands h on.
template <class T, class C, class W, class B, class F>
Status for_each_step(const EvalContext& c, const LstmShape& s, F step) {
  LstmWeights<W, B> w;
  for (uint32_t gate = 0; gate < kLstmGates; ++gate) {
    w.input[gate] = c.optional_input<W>(slot::kInputWeights + gate);
    w.recurrent[gate] = c.optional_input<W>(slot::kRecurrentWeights + gate);
    w.bias[gate] = c.optional_input<B>(slot::kBias + gate);
  }
  T* h = c.variable<T>(slot::kState);
  C* cell = c.variable<C>(slot::kCell);
  for (int32_t b = 0; b < s.batches; ++b, h += s.cells, cell += s.cells) {
    for (int32_t t = 0; t < s.steps; ++t) {
      const int32_t row = s.time_major != 0 ? t * s.batches + b : b * s.steps + t;
      T* out = c.output<T>(0) + row * s.cells;
      step(w, LstmStep<T, C>{c.input<T>(slot::kInput) + row * s.inputs, h, cell, out});
      memcpy(h, out, static_cast<uint32_t>(s.cells) * sizeof(T));
    }
  }
  return Code::kOk;
}

Status eval_s8(const EvalContext& c) {
  const LstmInteger& p = c.data<LstmInteger>();
  return for_each_step<int8_t, int16_t, int8_t, int32_t>(c, p.shape, [&](const auto& w, const auto& s) { lstm_s8_reference(p, w, s); });
}

Status eval_s16(const EvalContext& c) {
  const LstmInteger& p = c.data<LstmInteger>();
  return for_each_step<int16_t, int16_t, int8_t, int64_t>(c, p.shape, [&](const auto& w, const auto& s) { lstm_s16_reference(p, w, s); });
}

Status eval_f32(const EvalContext& c) {
  const LstmF32& p = c.data<LstmF32>();
  return for_each_step<float, float, float, float>(c, p.shape, [&](const auto& w, const auto& s) { lstm_f32_reference(p, w, s); });
}

Status eval_hybrid(const EvalContext& c) {
  const LstmHybrid& p = c.data<LstmHybrid>();
  return for_each_step<float, float, int8_t, float>(
      c, p.f32.shape, [&](const auto& w, const auto& s) { lstm_hybrid_reference(p, w, s, static_cast<int8_t*>(c.scratch)); });
}

// Input 1 is absent where the input gate is.
constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kInt16, Type::kInt8, Type::kInt16, prepare_s16, eval_s16},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_s16},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(unidirectional_sequence_lstm, midge::kAll)
