// UnidirectionalSequenceGru: prepare, eval, registrations. The equations are in unidirectional_sequence_gru.h.
#include "ops/unidirectional_sequence_gru/unidirectional_sequence_gru.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

enum Input : uint32_t { kX, kInputWeights, kRecurrentWeights, kInputBias, kRecurrentBias, kState, kInputs };
constexpr float kStateScale = 1.0f / 32768;
constexpr float kGateScale = 1.0f / 4096;

/// kUnsupportedType or kShapeMismatch unless the input has that type, rank 2 (rank 1 where columns are 0) and shape.
Status check_matrix(const PrepareContext& c, uint32_t slot, Type type, int32_t rows, int32_t columns) {
  const Tensor t = c.input(slot);
  if (t.type != type) return c.fail_input(slot, Code::kUnsupportedType);
  const bool fits = columns == 0 ? t.shape.rank == 1 && t.shape[0] == rows : t.shape.rank == 2 && t.shape[0] == rows && t.shape[1] == columns;
  return fits ? Status() : c.fail_input(slot, Code::kShapeMismatch);
}

Status prepare_shape(PrepareContext& c, Type type, Type bias_type, Type state_type, GruShape* s) {
  MIDGE_TRY(c.expect(kInputs, kInputs));
  const Tensor x = c.input(kX), weights = c.input(kInputWeights), out = c.output(0);
  if (x.shape.rank != 3) return c.fail_input(kX, Code::kUnsupportedRank);
  if (weights.shape.rank != 2 || weights.shape[0] % kGruGates != 0) return c.fail_input(kInputWeights, Code::kShapeMismatch);
  s->time_major = 0;
  if (!c.custom_options().empty()) {
    CustomOptions options(c);
    s->time_major = options.has("time_major") && options.boolean("time_major") ? 1 : 0;
    MIDGE_TRY(options.status());
  }
  s->batches = x.shape[s->time_major != 0 ? 1 : 0];
  s->steps = x.shape[s->time_major != 0 ? 0 : 1];
  s->inputs = x.shape[2];
  s->cells = weights.shape[0] / kGruGates;
  const int32_t rows = weights.shape[0];
  MIDGE_TRY(check_matrix(c, kInputWeights, type, rows, s->inputs));
  MIDGE_TRY(check_matrix(c, kRecurrentWeights, type, rows, s->cells));
  MIDGE_TRY(check_matrix(c, kInputBias, bias_type, rows, 0));
  MIDGE_TRY(check_matrix(c, kRecurrentBias, bias_type, rows, 0));
  MIDGE_TRY(check_matrix(c, kState, state_type, s->batches, s->cells));
  if (!c.input(kState).is_variable || c.input(kState).constant()) return c.fail_input(kState, Code::kNotVariable);
  s->last_only = out.shape.rank == 2 ? 1 : 0;
  Shape shape = x.shape;
  shape.dims[2] = s->cells;
  if (s->last_only != 0) {
    shape = Shape();
    shape.rank = 2, shape.dims[0] = s->batches, shape.dims[1] = s->cells;
  }
  return c.set_output_shape(0, shape);
}

/// of_scale * scale of each row of the weights / kGateScale.
Status gate_multipliers(const PrepareContext& c, uint32_t slot, float of_scale, void* memory, ChannelMultipliers* out) {
  const Tensor weights = c.input(slot);
  const int32_t rows = weights.shape[0];
  int32_t* values = static_cast<int32_t*>(memory);
  int8_t* shifts = reinterpret_cast<int8_t*>(values + rows);
  for (int32_t i = 0; i < rows; ++i) {
    Multiplier m;
    if (!quantize_ratio(of_scale, weights.quantization.scale(static_cast<uint32_t>(i)), kGateScale, 0, &m).ok()) {
      return c.fail_input(slot, Code::kScaleRange);
    }
    values[i] = m.value;
    shifts[i] = static_cast<int8_t>(m.shift);
  }
  *out = ChannelMultipliers{values, shifts};
  return Code::kOk;
}

Status prepare_s8(PrepareContext& c) {
  GruShape shape;
  MIDGE_TRY(prepare_shape(c, Type::kInt8, Type::kInt32, Type::kInt16, &shape));
  const Tensor x = c.input(kX), state = c.input(kState), out = c.output(0);
  const int32_t rows = kGruGates * shape.cells;
  MIDGE_TRY(check_scale(x));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(check_scale(state));
  if (state.scale() != kStateScale || state.zero_point() != 0) return c.fail_input(kState, Code::kNoScale);
  MIDGE_TRY(check_filter_scales(c.input(kInputWeights), rows, 0));
  MIDGE_TRY(check_filter_scales(c.input(kRecurrentWeights), rows, 0));
  // Six sums a cell, and the row that the recurrent product reads.
  c.request_scratch(static_cast<uint32_t>(shape.cells) * (2 * kGruGates * sizeof(int16_t) + 1));
  GruS8* p;
  const uint64_t multiplier_bytes = align_up(ChannelMultipliers::bytes(rows), uint64_t{4});
  MIDGE_TRY(c.allocate(&p, 2 * multiplier_bytes));
  p->shape = shape;
  p->input_offset = -x.zero_point();
  p->output_offset = -out.zero_point();
  if (!quantize_ratio(kStateScale, 1, out.scale(), 0, &p->output).ok()) return c.fail_output(0, Code::kScaleRange);
  uint8_t* memory = reinterpret_cast<uint8_t*>(p + 1);
  MIDGE_TRY(gate_multipliers(c, kInputWeights, x.scale(), memory, &p->input));
  return gate_multipliers(c, kRecurrentWeights, out.scale(), memory + multiplier_bytes, &p->recurrent);
}

Status prepare_f32(PrepareContext& c) {
  GruShape shape;
  MIDGE_TRY(prepare_shape(c, Type::kFloat32, Type::kFloat32, Type::kFloat32, &shape));
  c.request_scratch(static_cast<uint32_t>(shape.cells) * 2 * kGruGates * static_cast<uint32_t>(sizeof(float)));
  GruF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return Code::kOk;
}

template <class W, class B>
GruWeights<W, B> weights_of(const EvalContext& c) {
  return {c.input<W>(kInputWeights), c.input<W>(kRecurrentWeights), c.input<B>(kInputBias), c.input<B>(kRecurrentBias)};
}

/// Calls step(x, batch, out) for each batch and time step. Where only the last step is wanted, all steps write to its place.
template <class T, class Step>
void for_each_step(const EvalContext& c, const GruShape& s, Step step) {
  const T* in = c.input<T>(kX);
  T* out = c.output<T>(0);
  for (int32_t t = 0; t < s.steps; ++t) {
    for (int32_t b = 0; b < s.batches; ++b) {
      const int32_t row = s.time_major != 0 ? t * s.batches + b : b * s.steps + t;
      step(in + row * s.inputs, b, out + (s.last_only != 0 ? b : row) * s.cells);
    }
  }
}

Status eval_s8(const EvalContext& c) {
  const GruS8& p = c.data<GruS8>();
  const int32_t cells = p.shape.cells;
  const GruWeights<int8_t, int32_t> w = weights_of<int8_t, int32_t>(c);
  int16_t* const state = c.variable<int16_t>(kState);
  int16_t* const sums = static_cast<int16_t*>(c.scratch);
  int8_t* const last = reinterpret_cast<int8_t*>(sums + 2 * kGruGates * cells);
  for_each_step<int8_t>(c, p.shape, [&](const int8_t* x, int32_t batch, int8_t* out) {
    int16_t* const h = state + batch * cells;
    for (int32_t i = 0; i < cells; ++i) last[i] = gru_output(p, h[i]);
    gru_step_s8_reference(p, w, x, last, h, out, sums);
  });
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  const GruF32& p = c.data<GruF32>();
  const GruWeights<float, float> w = weights_of<float, float>(c);
  float* const state = c.variable<float>(kState);
  for_each_step<float>(c, p.shape, [&](const float* x, int32_t batch, float* out) {
    gru_step_f32_reference(p, w, x, state + batch * p.shape.cells, out, static_cast<float*>(c.scratch));
  });
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(unidirectional_sequence_gru, midge::kAll)
