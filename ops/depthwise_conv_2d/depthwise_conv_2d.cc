// DEPTHWISE_CONV_2D: prepare and eval.
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"

#include "ops/common/activation.h"
#include "ops/common/window.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kPadding, kStrideW, kStrideH, kMultiplier, kActivation, kDilationW, kDilationH };
}

Status prepare_shape(PrepareContext& c, DepthwiseConv2DShape* s) {
  MIDGE_TRY(c.expect(2, 3));
  const Tensor in = c.input(0), filter = c.input(1);
  if (in.shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  if (filter.shape.rank != 4) return c.fail_input(1, Code::kUnsupportedRank);
  const Table& o = c.options();
  Window h, w;
  h.input = in.shape[1], h.taps = filter.shape[1], h.stride = o.i32(option::kStrideH), h.dilation = o.i32(option::kDilationH, 1);
  w.input = in.shape[2], w.taps = filter.shape[2], w.stride = o.i32(option::kStrideW), w.dilation = o.i32(option::kDilationW, 1);
  const Padding padding = static_cast<Padding>(o.u8(option::kPadding));
  MIDGE_TRY(fit_window(padding, &h));
  MIDGE_TRY(fit_window(padding, &w));
  // The multiplier follows from the shapes; the option may be absent, or wrong in old files.
  const int32_t in_c = in.shape[3], out_c = filter.shape[3];
  if (filter.shape[0] != 1 || out_c % in_c != 0) return c.fail_input(1, Code::kShapeMismatch);
  *s = DepthwiseConv2DShape{in.shape[0], h.input,      w.input,  in_c,     h.output,   w.output,   out_c,        h.taps,
                            w.taps,      out_c / in_c, h.stride, w.stride, h.dilation, w.dilation, h.pad_before, w.pad_before};
  return c.set_output_shape(0, make_shape(s->batches, s->out_h, s->out_w, s->out_c));
}

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(option::kActivation)); }

Status prepare_s8(PrepareContext& c) {
  DepthwiseConv2DShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), filter = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(check_filter_scales(filter, shape.out_c, 3));
  MIDGE_TRY(check_bias(c, 2, Type::kInt32, shape.out_c));
  DepthwiseConv2DS8* p;
  MIDGE_TRY(c.allocate(&p, ChannelMultipliers::bytes(shape.out_c)));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation_of(c), out, -128, 127, &p->out.low, &p->out.high));
  return channel_multipliers(in, filter, out, shape.out_c, p + 1, &p->multipliers);
}

Status eval_s8(const EvalContext& c) {
  const DepthwiseConv2DS8& p = c.data<DepthwiseConv2DS8>();
  const DepthwiseConv2DShape& s = p.shape;
  DepthwiseConv2DS8Tensors t;
  t.in = {c.input<int8_t>(0), s.in_w * s.in_c, 0};
  t.filter = c.input<int8_t>(1);
  t.bias = c.optional_input<int32_t>(2);
  t.out = {c.output<int8_t>(0), s.out_w * s.out_c, 0};
  for (int32_t b = 0; b < s.batches; ++b) {
    const RowRange all{0, s.out_h};
    do {
#define MIDGE_KERNEL(isa, symbol, precondition) \
  if (precondition) {                           \
    symbol(p, t, all);                          \
    break;                                      \
  }
#include "ops/depthwise_conv_2d/kernels.inc"
#undef MIDGE_KERNEL
    } while (false);
    t.in.base += s.in_h * s.in_w * s.in_c;
    t.out.base += s.out_h * s.out_w * s.out_c;
  }
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  DepthwiseConv2DShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.out_c));
  DepthwiseConv2DF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_f32(activation_of(c), &p->low, &p->high);
}

Status eval_f32(const EvalContext& c) {
  depthwise_conv_2d_f32_reference(c.data<DepthwiseConv2DF32>(), c.input<float>(0), c.input<float>(1), c.optional_input<float>(2),
                                  c.output<float>(0));
  return Code::kOk;
}

Status prepare_hybrid(PrepareContext& c) {
  DepthwiseConv2DShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor filter = c.input(1);
  MIDGE_TRY(check_filter_scales(filter, shape.out_c, 3));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.out_c));
  c.request_scratch(static_cast<uint32_t>(shape.in_h * shape.in_w * shape.in_c));
  DepthwiseConv2DHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->filter_scales = filter.quantization;
  return activation_range_f32(activation_of(c), &p->f32.low, &p->f32.high);
}

Status eval_hybrid(const EvalContext& c) {
  depthwise_conv_2d_hybrid_reference(c.data<DepthwiseConv2DHybrid>(), c.input<float>(0), c.input<int8_t>(1), c.optional_input<float>(2),
                                     static_cast<int8_t*>(c.scratch), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(depthwise_conv_2d, midge::kAll)
