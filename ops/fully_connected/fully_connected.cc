// FULLY_CONNECTED: prepare and eval.
#include "ops/fully_connected/fully_connected.h"

#include "ops/common/activation.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kActivation, kWeightsFormat, kKeepDims, kAsymmetricInputs };
}

constexpr int32_t kLargestShift = 30;  // of a product that is rounded once

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

Status prepare_s8(PrepareContext& c) {
  FullyConnectedShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), filter = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(check_filter_scales(filter, shape.outputs, 0, true));
  MIDGE_TRY(check_bias(c, 2, Type::kInt32, shape.outputs));
  const bool per_channel = filter.quantization.count > 1;
  FullyConnectedS8* p;
  MIDGE_TRY(c.allocate(&p, per_channel ? ChannelMultipliers::bytes(shape.outputs) : 0));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->filter_offset = per_channel ? 0 : -filter.zero_point();
  p->out.offset = out.zero_point();
  p->round_once = c.contract() == Contract::kLitert;
  MIDGE_TRY(activation_range_q(activation_of(c), out, -128, 127, &p->out.low, &p->out.high));
  if (per_channel) {
    MIDGE_TRY(channel_multipliers(in, filter, out, shape.outputs, p + 1, &p->multipliers));
    for (int32_t o = 0; o < shape.outputs; ++o) {
      if (p->multipliers.shifts[o] > kLargestShift) return c.fail_input(1, Code::kScaleRange);
    }
    return Code::kOk;
  }
  // The `tflm` contract takes the product of the two scales in single precision.
  const Status status = p->round_once ? quantize_ratio(in.scale(), filter.scale(), out.scale(), 0, &p->multiplier)
                                      : quantize_ratio(in.scale() * filter.scale(), 1, out.scale(), 0, &p->multiplier);
  return status.ok() && p->multiplier.shift <= kLargestShift ? Status() : c.fail_input(1, Code::kScaleRange);
}

Status eval_s8(const EvalContext& c) {
  const FullyConnectedS8& p = c.data<FullyConnectedS8>();
#define MIDGE_KERNEL(isa, symbol, precondition)                                                           \
  if (precondition) {                                                                                     \
    symbol(p, c.input<int8_t>(0), c.input<int8_t>(1), c.optional_input<int32_t>(2), c.output<int8_t>(0)); \
    return Code::kOk;                                                                                     \
  }
#include "ops/fully_connected/kernels.inc"
#undef MIDGE_KERNEL
}

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

Status prepare_hybrid(PrepareContext& c) {
  FullyConnectedShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor filter = c.input(1);
  MIDGE_TRY(check_filter_scales(filter, shape.outputs, 0));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.outputs));
  c.request_scratch(static_cast<uint32_t>(shape.inputs));
  FullyConnectedHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->filter_scales = filter.quantization;
  p->symmetric_input = !c.options().boolean(option::kAsymmetricInputs);
  return activation_range_f32(activation_of(c), &p->f32.low, &p->f32.high);
}

Status eval_hybrid(const EvalContext& c) {
  fully_connected_hybrid_reference(c.data<FullyConnectedHybrid>(), c.input<float>(0), c.input<int8_t>(1), c.optional_input<float>(2),
                                   static_cast<int8_t*>(c.scratch), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(fully_connected, midge::kAll)
