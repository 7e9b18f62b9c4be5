// FULLY_CONNECTED: prepare and eval.
#include "ops/fully_connected/fully_connected.h"

#include "kernels/packed/packed.h"
#include "ops/common/activation.h"
#include "ops/common/bias.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kActivation, kWeightsFormat, kKeepDims, kAsymmetricInputs, kBiasType };
}

constexpr int32_t kLargestShift = 30, kLargestWideShift = 14;  // of a multiplier in fixed point
constexpr int32_t kUnpackedRows = 4;                           // of an int8 kernel's block

Status prepare_shape(PrepareContext& c, FullyConnectedShape* s) {
  MIDGE_TRY(c.expect(2, 3));
  const Tensor in = c.input(0), filter = c.input(1);
  if (filter.shape.rank != 2) return c.fail_input(1, Code::kUnsupportedRank);
  if (c.options().u8(option::kWeightsFormat) != 0) return c.fail_input(1, Code::kUnsupportedOption);
  const int32_t inputs = filter.shape[1], outputs = filter.shape[0], count = in.shape.count();
  if (count % inputs != 0) return c.fail_input(0, Code::kShapeMismatch);
  *s = FullyConnectedShape{count / inputs, inputs, outputs};
  Shape out;
  if (c.options().boolean(option::kKeepDims)) {
    out = in.shape;
    if (out.rank == 0 || out[out.rank - 1] != inputs) return c.fail_input(0, Code::kShapeMismatch);
    out.dims[out.rank - 1] = outputs;
  } else {
    out.rank = 2;
    out.dims[0] = s->batches, out.dims[1] = outputs;
  }
  return c.set_output_shape(0, out);
}

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(option::kActivation)); }

// -- integer activations

/// One scale, or for signed weights one an output. Zero points are of 8-bit and int16 weights with one scale.
Status check_filter(const Tensor& filter, int32_t outputs) {
  if (filter.quantization.count > 1) {
    return filter.type == Type::kUint8 ? Status(Code::kQuantization, Place::kTensor, filter.index) : check_filter_scales(filter, outputs, 0);
  }
  MIDGE_TRY(check_scale(filter));
  return type_bits(filter.type) >= 8 || filter.zero_point() == 0 ? Status() : Status(Code::kQuantization, Place::kTensor, filter.index);
}

/// The scales, exact in double precision. In fixed point a filter's one scale is first multiplied in single precision.
Status fill_scales(const PrepareContext& c, const FullyConnectedQ& p, DoubleBits* scales) {
  const Tensor in = c.input(0), filter = c.input(1), out = c.output(0);
  const int32_t limit = p.wide_sum != 0 ? kLargestWideShift : kLargestShift;
  for (uint32_t o = 0; o < filter.quantization.count; ++o) {
    const float scale = filter.quantization.scale(o);
    const bool single = p.as_double == 0 && p.per_output == 0;
    const Status status =
        single ? double_ratio(in.scale() * scale, 1, out.scale(), &scales[o]) : double_ratio(in.scale(), scale, out.scale(), &scales[o]);
    if (!status.ok() || multiplier_of(scales[o]).shift > limit) return c.fail_input(1, Code::kScaleRange);
  }
  return Code::kOk;
}

Status prepare_q(PrepareContext& c) {
  FullyConnectedShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), filter = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(check_filter(filter, shape.outputs));
  if (in.type == Type::kInt16 && in.zero_point() != 0) return c.fail_input(0, Code::kQuantization);
  if (out.type == Type::kInt16 && out.zero_point() != 0) return c.fail_output(0, Code::kQuantization);
  Type bias;
  MIDGE_TRY(check_bias_type(c, 2, in.type, option::kBiasType, shape.outputs, &bias));
  const int32_t filter_bits = static_cast<int32_t>(type_bits(filter.type));
  if (filter_bits < 8) c.request_scratch(static_cast<uint32_t>(min(shape.outputs, kUnpackedRows) * shape.inputs));
  FullyConnectedQ* p;
  MIDGE_TRY(c.allocate(&p, uint64_t{sizeof(DoubleBits)} * filter.quantization.count));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->per_output = filter.quantization.count > 1;
  p->filter_offset = p->per_output ? 0 : -filter.zero_point();
  p->out.offset = out.zero_point();
  p->as_double = c.contract() == Contract::kLitert && filter.type != Type::kInt16;
  p->wide_bias = bias == Type::kInt64;
  p->wide_sum = p->wide_bias != 0 || filter.type == Type::kInt16;
  p->filter_bits = filter_bits;
  DoubleBits* scales = reinterpret_cast<DoubleBits*>(p + 1);
  p->scales = scales;
  const int32_t smallest = out.type == Type::kUint8 ? 0 : (out.type == Type::kInt8 ? -128 : -32768);
  const int32_t largest = out.type == Type::kUint8 ? 255 : (out.type == Type::kInt8 ? 127 : 32767);
  MIDGE_TRY(activation_range_q(activation_of(c), out, smallest, largest, &p->out.low, &p->out.high));
  return fill_scales(c, *p, scales);
}

void run_s8(const FullyConnectedQ& p, const int8_t* in, const int8_t* filter, const int32_t* bias, int8_t* out) {
#define MIDGE_KERNEL(isa, symbol, precondition) \
  if (precondition) return symbol(p, in, filter, bias, out);
#include "ops/fully_connected/kernels.inc"
#undef MIDGE_KERNEL
}

Status eval_s8(const EvalContext& c) {
  run_s8(c.data<FullyConnectedQ>(), c.input<int8_t>(0), c.input<int8_t>(1), c.optional_input<int32_t>(2), c.output<int8_t>(0));
  return Code::kOk;
}

/// A few rows of weights are unpacked at a time, and meet all rows of the input.
Status eval_s4(const EvalContext& c) {
  const FullyConnectedQ& p = c.data<FullyConnectedQ>();
  const FullyConnectedShape& s = p.shape;
  int8_t* rows = static_cast<int8_t*>(c.scratch);
  const int32_t* bias = c.optional_input<int32_t>(2);
  FullyConnectedQ part = p;
  for (int32_t o = 0; o < s.outputs; o += part.shape.outputs) {
    part.shape = {1, s.inputs, min(kUnpackedRows, s.outputs - o)};
    part.scales = p.scales + (p.per_output != 0 ? o : 0);
    unpack_s8(c.input<uint8_t>(1), p.filter_bits, o * s.inputs, part.shape.outputs * s.inputs, rows);
    for (int32_t b = 0; b < s.batches; ++b) {
      run_s8(part, c.input<int8_t>(0) + b * s.inputs, rows, bias == nullptr ? nullptr : bias + o, c.output<int8_t>(0) + b * s.outputs + o);
    }
  }
  return Code::kOk;
}

int32_t requantize_sum(const FullyConnectedQ& p, int64_t sum, int32_t o) {
  if (p.wide_sum == 0) return fully_connected_requantize(p, static_cast<int32_t>(sum), o);
  const DoubleBits scale = p.scales[p.per_output != 0 ? o : 0];
  const Multiplier m = multiplier_of(scale);
  const int32_t v = p.as_double != 0 ? multiply_as_double(sum, scale) : multiply_wide(sum, m.value, m.shift);
  return clamp(v, p.out.low, p.out.high);
}

/// Output o of each row of the input.
template <class Out, class In, class Weight>
void run_output(const FullyConnectedQ& p, const In* in, const Weight* row, int64_t bias, int32_t o, Out* out) {
  for (int32_t b = 0; b < p.shape.batches; ++b, in += p.shape.inputs, out += p.shape.outputs) {
    int64_t sum = 0;
    for (int32_t i = 0; i < p.shape.inputs; ++i) sum += (in[i] + p.input_offset) * (row[i] + p.filter_offset);
    *out = static_cast<Out>(requantize_sum(p, wrapping_add(sum, bias), o));
  }
}

template <class Out, class In, class Weight>
Status eval_plain(const EvalContext& c) {
  const FullyConnectedQ& p = c.data<FullyConnectedQ>();
  const Weight* row = c.input<Weight>(1);
  for (int32_t o = 0; o < p.shape.outputs; ++o, row += p.shape.inputs) {
    run_output(p, c.input<In>(0), row, bias_at(c.optional_input<void>(2), p.wide_bias != 0, o), o, c.output<Out>(0) + o);
  }
  return Code::kOk;
}

Status eval_s16(const EvalContext& c) {
  const FullyConnectedQ& p = c.data<FullyConnectedQ>();
  const int32_t n = p.shape.inputs;
  for (int32_t o = 0; o < p.shape.outputs; ++o) {
    const int8_t* row = as_s8(c.input<void>(1), p.filter_bits, o * n, n, static_cast<int8_t*>(c.scratch));
    run_output(p, c.input<int16_t>(0), row, bias_at(c.optional_input<void>(2), p.wide_bias != 0, o), o, c.output<int16_t>(0) + o);
  }
  return Code::kOk;
}

// -- float32 activations

Status prepare_f32(PrepareContext& c) {
  FullyConnectedShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.outputs));
  FullyConnectedF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_f32(activation_of(c), &p->low, &p->high);
}

Status eval_f32(const EvalContext& c) {
  fully_connected_f32_reference(c.data<FullyConnectedF32>(), c.input<float>(0), c.input<float>(1), c.optional_input<float>(2), c.output<float>(0));
  return Code::kOk;
}

/// uint8 weights are int8 by another name, as old converters wrote them.
Status prepare_hybrid(PrepareContext& c) {
  FullyConnectedShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor filter = c.input(1);
  MIDGE_TRY(check_filter_scales(filter, shape.outputs, 0));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.outputs));
  const int32_t filter_bits = static_cast<int32_t>(type_bits(filter.type));
  c.request_scratch(static_cast<uint32_t>(shape.inputs) * (filter_bits < 8 ? 2 : 1));
  FullyConnectedHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->filter_scales = filter.quantization;
  p->symmetric_input = !c.options().boolean(option::kAsymmetricInputs);
  p->filter_bits = filter_bits;
  return activation_range_f32(activation_of(c), &p->f32.low, &p->f32.high);
}

Status eval_hybrid(const EvalContext& c) {
  fully_connected_hybrid_reference(c.data<FullyConnectedHybrid>(), c.input<float>(0), c.input<void>(1), c.optional_input<float>(2),
                                   static_cast<int8_t*>(c.scratch), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_q, eval_s8},
                            {Type::kInt8, Type::kInt4, Type::kInt8, prepare_q, eval_s4},
                            {Type::kInt8, Type::kInt2, Type::kInt8, prepare_q, eval_s4},
                            {Type::kInt16, Type::kInt8, Type::kInt16, prepare_q, eval_s16},
                            {Type::kInt16, Type::kInt4, Type::kInt16, prepare_q, eval_s16},
                            {Type::kInt16, Type::kInt2, Type::kInt16, prepare_q, eval_s16},
                            {Type::kInt16, Type::kInt16, Type::kInt16, prepare_q, eval_plain<int16_t, int16_t, int16_t>},
                            {Type::kUint8, Type::kUint8, Type::kUint8, prepare_q, eval_plain<uint8_t, uint8_t, uint8_t>},
                            {Type::kUint8, Type::kUint8, Type::kInt16, prepare_q, eval_plain<int16_t, uint8_t, uint8_t>},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid},
                            {Type::kFloat32, Type::kUint8, Type::kFloat32, prepare_hybrid, eval_hybrid},
                            {Type::kFloat32, Type::kInt4, Type::kFloat32, prepare_hybrid, eval_hybrid},
                            {Type::kFloat32, Type::kInt2, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(fully_connected, midge::kAll)
