// SVDF: prepare and eval.
#include "ops/svdf/svdf.h"

#include "kernels/hybrid/quantize_input.h"
#include "ops/common/activation.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace slot {
enum : uint32_t { kInput, kFeature, kTime, kBias, kState };
}
namespace option {
enum : uint32_t { kRank, kActivation, kAsymmetricInputs };
}

/// Shapes, and the types of what the variant was not chosen by.
Status prepare_shape(PrepareContext& c, Type time, Type bias, Type state, SvdfShape* s) {
  if (!c.has_input(slot::kState)) return Code::kTensorCount;
  const Tensor t = c.input(slot::kTime), variable = c.input(slot::kState);
  const uint32_t slots[] = {slot::kInput, slot::kFeature, slot::kTime, slot::kState};
  for (const uint32_t i : slots) {
    if (c.input(i).shape.rank != 2) return c.fail_input(i, Code::kUnsupportedRank);
  }
  if (t.type != time) return c.fail_input(slot::kTime, Code::kUnsupportedType);
  if (variable.type != state) return c.fail_input(slot::kState, Code::kUnsupportedType);
  if (!variable.is_variable || variable.constant()) return c.fail_input(slot::kState, Code::kBadValue);
  const Shape in = c.input(slot::kInput).shape, feature = c.input(slot::kFeature).shape;
  const int32_t rank = c.options().i32(option::kRank), filters = feature[0];
  if (rank < 1 || filters % rank != 0) return c.fail_input(slot::kFeature, Code::kUnsupportedOption);
  *s = SvdfShape{in[0], in[1], filters / rank, rank, t.shape[1]};
  if (feature[1] != s->inputs) return c.fail_input(slot::kFeature, Code::kShapeMismatch);
  if (t.shape[0] != filters) return c.fail_input(slot::kTime, Code::kShapeMismatch);
  if (variable.shape[0] != s->batches || variable.shape[1] != filters * s->memory) return c.fail_input(slot::kState, Code::kShapeMismatch);
  MIDGE_TRY(check_bias(c, slot::kBias, bias, s->units));
  Shape out;
  out.rank = 2;
  out.dims[0] = s->batches, out.dims[1] = s->units;
  return c.set_output_shape(0, out);
}

/// The state, which the operator writes.
template <class T>
T* state_of(const EvalContext& c) {
  return static_cast<T*>(c.tensors[c.inputs[slot::kState]]);
}

/// Forgets a filter's oldest value and appends one.
template <class T>
void push(T* row, int32_t memory, T value) {
  memmove(row, row + 1, static_cast<size_t>(memory - 1) * sizeof(T));
  row[memory - 1] = value;
}

// -- integers

/// a * b / c, each step in single precision as in the contract.
Status scale_ratio(const Tensor& a, const Tensor& b, const Tensor& c, Multiplier* out) {
  const float ratio = a.scale() * b.scale() / c.scale();
  if (ratio < __builtin_inff() && quantize_ratio(ratio, 1, 1, 0, out).ok()) return Code::kOk;
  return Status(Code::kScaleRange, Place::kTensor, b.index);
}

Status prepare_s8(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 5));
  const Type state = c.input(slot::kTime).type == Type::kInt8 ? Type::kInt8 : Type::kInt16;
  SvdfShape shape;
  MIDGE_TRY(prepare_shape(c, state, Type::kInt32, state, &shape));
  const Tensor in = c.input(slot::kInput), out = c.output(0), variable = c.input(slot::kState);
  const Tensor feature = c.input(slot::kFeature), time = c.input(slot::kTime);
  const Tensor* const tensors[] = {&in, &feature, &time, &variable, &out};
  for (const Tensor* t : tensors) MIDGE_TRY(check_scale(*t));
  if (feature.zero_point() != 0) return c.fail_input(slot::kFeature, Code::kQuantization);
  if (time.zero_point() != 0) return c.fail_input(slot::kTime, Code::kQuantization);
  if (state == Type::kInt16 && variable.zero_point() != 0) return c.fail_input(slot::kState, Code::kQuantization);
  const Activation activation = static_cast<Activation>(c.options().u8(option::kActivation));
  if (activation != Activation::kNone && activation != Activation::kRelu) return Code::kUnsupportedActivation;
  SvdfS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->state_zero = variable.zero_point();
  p->state_bytes = type_bytes(state);
  p->output_zero = out.zero_point();
  MIDGE_TRY(scale_ratio(in, feature, variable, &p->to_state));
  return scale_ratio(variable, time, out, &p->to_output);
}

template <class State>
void run_s8(const EvalContext& c, const SvdfS8& p) {
  constexpr int32_t kLowest = sizeof(State) == 2 ? -32768 : -128;
  const SvdfShape& s = p.shape;
  const int32_t* bias = c.optional_input<int32_t>(slot::kBias);
  State* state = state_of<State>(c);
  int8_t* out = c.output<int8_t>(0);
  for (int32_t b = 0; b < s.batches; ++b) {
    const int8_t *in = c.input<int8_t>(slot::kInput) + b * s.inputs, *feature = c.input<int8_t>(slot::kFeature);
    const State* time = c.input<State>(slot::kTime);
    for (int32_t u = 0; u < s.units; ++u) {
      int32_t sum = 0;
      for (int32_t f = 0; f < s.rank; ++f, feature += s.inputs, time += s.memory, state += s.memory) {
        int32_t latest = 0;
        for (int32_t i = 0; i < s.inputs; ++i) latest = wrapping_add(latest, (in[i] + p.input_offset) * feature[i]);
        latest = clamp(multiply_twice_rounded(latest, p.to_state.value, p.to_state.shift), kLowest, -kLowest - 1);
        push(state, s.memory, static_cast<State>(latest + p.state_zero));
        for (int32_t t = 0; t < s.memory; ++t) sum = wrapping_add(sum, (state[t] - p.state_zero) * time[t]);
      }
      sum = wrapping_add(sum, bias == nullptr ? 0 : bias[u]);
      const int32_t v = wrapping_add(multiply_twice_rounded(sum, p.to_output.value, p.to_output.shift), p.output_zero);
      *out++ = static_cast<int8_t>(clamp<int32_t>(v, -128, 127));
    }
  }
}

Status eval_s8(const EvalContext& c) {
  const SvdfS8& p = c.data<SvdfS8>();
  if (p.state_bytes == 2) {
    run_s8<int16_t>(c, p);
  } else {
    run_s8<int8_t>(c, p);
  }
  return Code::kOk;
}

// -- float32 activations

/// start + the sum of term(i), called in order. Interleaved: of every fourth term apart, as far as fours go.
template <class Term>
float sum_of(int32_t n, bool interleaved, float start, Term term) {
  float parts[4] = {};
  int32_t i = 0;
  for (; interleaved && i + 4 <= n; i += 4) {
    for (int32_t k = 0; k < 4; ++k) parts[k] += term(i + k);
  }
  float sum = i == 0 ? start : start + parts[0] + parts[1] + parts[2] + parts[3];
  for (; i < n; ++i) sum += term(i);
  return sum;
}

/// latest(b, f) is what is appended to the state of a filter, weight(i) the element i of the time weights.
template <class Latest, class Weight>
void run_f32(const EvalContext& c, const SvdfF32& p, Latest latest, Weight weight) {
  const SvdfShape& s = p.shape;
  const bool interleaved = p.interleaved != 0;
  const float* bias = c.optional_input<float>(slot::kBias);
  float *state = state_of<float>(c), *out = c.output<float>(0);
  for (int32_t b = 0; b < s.batches; ++b) {
    for (int32_t u = 0; u < s.units; ++u) {
      const float offset = bias == nullptr ? 0.0f : bias[u];
      const float sum = sum_of(s.rank, interleaved, interleaved ? 0.0f : offset, [&](int32_t r) {
        const int32_t f = u * s.rank + r;
        push(state, s.memory, latest(b, f));
        const float product = sum_of(s.memory, interleaved, 0, [&](int32_t t) { return weight(f * s.memory + t) * state[t]; });
        state += s.memory;
        return product;
      });
      *out++ = clamp(interleaved ? sum + offset : sum, p.low, p.high);
    }
  }
}

Status prepare_f32(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 5));
  SvdfShape shape;
  MIDGE_TRY(prepare_shape(c, Type::kFloat32, Type::kFloat32, Type::kFloat32, &shape));
  SvdfF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->interleaved = c.contract() == Contract::kLitert;
  return activation_range_f32(static_cast<Activation>(c.options().u8(option::kActivation)), &p->low, &p->high);
}

Status eval_f32(const EvalContext& c) {
  const SvdfF32& p = c.data<SvdfF32>();
  const int32_t n = p.shape.inputs;
  const float *in = c.input<float>(slot::kInput), *feature = c.input<float>(slot::kFeature), *time = c.input<float>(slot::kTime);
  const auto latest = [&](int32_t b, int32_t f) {
    return sum_of(n, p.interleaved != 0, 0, [&](int32_t i) { return in[b * n + i] * feature[f * n + i]; });
  };
  run_f32(c, p, latest, [&](int32_t i) { return time[i]; });
  return Code::kOk;
}

Status prepare_hybrid(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 5));
  SvdfShape shape;
  MIDGE_TRY(prepare_shape(c, c.input(slot::kFeature).type, Type::kFloat32, Type::kFloat32, &shape));
  const Tensor feature = c.input(slot::kFeature), time = c.input(slot::kTime);
  MIDGE_TRY(check_scale(feature));
  MIDGE_TRY(check_scale(time));
  if (feature.zero_point() != 0) return c.fail_input(slot::kFeature, Code::kQuantization);
  if (time.zero_point() != 0) return c.fail_input(slot::kTime, Code::kQuantization);
  c.request_scratch(static_cast<uint32_t>(shape.inputs));
  SvdfHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->f32.interleaved = 1;  // hybrid is LiteRT's only
  p->feature_scale = feature.scale();
  p->time_scale = time.scale();
  p->symmetric_input = !c.options().boolean(option::kAsymmetricInputs);
  return activation_range_f32(static_cast<Activation>(c.options().u8(option::kActivation)), &p->f32.low, &p->f32.high);
}

Status eval_hybrid(const EvalContext& c) {
  const SvdfHybrid& p = c.data<SvdfHybrid>();
  const int32_t n = p.f32.shape.inputs;
  const int8_t *feature = c.input<int8_t>(slot::kFeature), *time = c.input<int8_t>(slot::kTime);
  int8_t* quantized = static_cast<int8_t*>(c.scratch);
  HybridScale q;
  const auto latest = [&](int32_t b, int32_t f) {
    const float* in = c.input<float>(slot::kInput) + b * n;
    if (f == 0) q = p.symmetric_input != 0 ? quantize_symmetric(in, n, quantized) : quantize_asymmetric(in, n, quantized);
    int32_t sum = 0;
    for (int32_t i = 0; i < n; ++i) sum = wrapping_add(sum, (quantized[i] - q.zero_point) * feature[f * n + i]);
    return static_cast<float>(sum) * (q.scale * p.feature_scale);
  };
  run_f32(c, p.f32, latest, [&](int32_t i) { return static_cast<float>(time[i]) * p.time_scale; });
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid},
                            {Type::kFloat32, Type::kUint8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(svdf, midge::kAll)
