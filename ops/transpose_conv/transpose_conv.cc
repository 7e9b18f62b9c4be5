// TRANSPOSE_CONV: prepare and eval.
#include "ops/transpose_conv/transpose_conv.h"

#include "kernels/hybrid/quantize_input.h"
#include "ops/common/activation.h"
#include "ops/common/bias.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace slot {
enum : uint32_t { kOutputShape, kFilter, kInput, kBias };
}
namespace option {
enum : uint32_t { kPadding, kStrideW, kStrideH, kActivation, kBiasType };
}

constexpr int32_t kLargestWideShift = 14;  // of a 64-bit accumulator's multiplier

/// The padding in front of `output` elements along an axis, were they the input of a convolution with `input` outputs: the smaller
/// half of what its windows are over. kShapeMismatch unless it would have as many.
Status fit_padding(Padding padding, int32_t input, int32_t output, int32_t taps, int32_t stride, int32_t* before) {
  constexpr int32_t kMost = 1 << 20, kMostStride = 0x7fff;  // keeps every offset within 31 bits
  if (stride < 1 || stride > kMostStride) return Code::kUnsupportedOption;
  if (padding != Padding::kSame && padding != Padding::kValid) return Code::kUnsupportedOption;
  if (output > kMost || taps > kMost) return Code::kTooLarge;
  const int32_t windows = (padding == Padding::kSame ? output + stride - 1 : output + stride - taps) / stride;
  if (windows != input) return Code::kShapeMismatch;
  const int64_t over = static_cast<int64_t>(windows - 1) * stride + taps - output;
  *before = over > 0 ? static_cast<int32_t>(over / 2) : 0;
  return Code::kOk;
}

/// The output's shape, from the constant input or as the file notes it.
Status wanted_shape(const PrepareContext& c, Shape* shape) {
  const Tensor t = c.input(slot::kOutputShape);
  if (t.shape.rank != 1 || t.shape.count() != 4) return c.fail_input(slot::kOutputShape, Code::kShapeMismatch);
  if (t.constant()) {
    uint32_t count;
    MIDGE_TRY(c.constant_ints(slot::kOutputShape, shape->dims, 4, &count));
    shape->rank = 4;
  } else {
    *shape = c.output(0).shape;
    if (shape->rank != 4) return c.fail_output(0, Code::kUnsupportedRank);
  }
  for (int32_t d = 0; d < 4; ++d) {
    if (shape->dims[d] < 1) return c.fail_input(slot::kOutputShape, Code::kBadValue);
  }
  return Code::kOk;
}

Status prepare_shape(PrepareContext& c, TransposeConvShape* s) {
  MIDGE_TRY(c.expect(3, 4));
  const Tensor in = c.input(slot::kInput), filter = c.input(slot::kFilter);
  if (in.type != c.output(0).type) return c.fail_input(slot::kInput, Code::kUnsupportedType);
  if (in.shape.rank != 4) return c.fail_input(slot::kInput, Code::kUnsupportedRank);
  if (filter.shape.rank != 4) return c.fail_input(slot::kFilter, Code::kUnsupportedRank);
  if (filter.shape[3] != in.shape[3]) return c.fail_input(slot::kFilter, Code::kShapeMismatch);
  Shape out;
  MIDGE_TRY(wanted_shape(c, &out));
  if (out[0] != in.shape[0] || out[3] != filter.shape[0]) return c.fail_input(slot::kOutputShape, Code::kShapeMismatch);
  const Padding padding = static_cast<Padding>(c.options().u8(option::kPadding));
  *s = TransposeConvShape();
  s->batches = in.shape[0], s->in_h = in.shape[1], s->in_w = in.shape[2], s->in_c = in.shape[3];
  s->out_h = out[1], s->out_w = out[2], s->out_c = out[3];
  s->filter_h = filter.shape[1], s->filter_w = filter.shape[2];
  s->stride_h = c.options().i32(option::kStrideH), s->stride_w = c.options().i32(option::kStrideW);
  Status fits = fit_padding(padding, s->in_h, s->out_h, s->filter_h, s->stride_h, &s->pad_top);
  if (fits.ok()) fits = fit_padding(padding, s->in_w, s->out_w, s->filter_w, s->stride_w, &s->pad_left);
  if (!fits.ok()) return c.fail_input(slot::kOutputShape, fits.code());
  return c.set_output_shape(0, out);
}

/// A computed shape must be the one that was prepared for.
Status check_shape(const EvalContext& c, const TransposeConvShape& s) {
  const int32_t* wanted = c.input<int32_t>(slot::kOutputShape);
  const bool same = wanted[0] == s.batches && wanted[1] == s.out_h && wanted[2] == s.out_w && wanted[3] == s.out_c;
  return same ? Code::kOk : Code::kBadData;
}

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(option::kActivation)); }

// -- integer activations

/// uint8 has one multiplier, whose scales are first multiplied in single precision.
Status fill_multipliers(const PrepareContext& c, TransposeConvQ* p) {
  const Tensor in = c.input(slot::kInput), filter = c.input(slot::kFilter), out = c.output(0);
  const int32_t channels = p->shape.out_c;
  if (in.type != Type::kUint8) {
    MIDGE_TRY(channel_multipliers(in, filter, out, channels, p + 1, &p->multipliers));
    for (int32_t o = 0; o < channels; ++o) {
      if (p->wide != 0 && p->multipliers.shifts[o] > kLargestWideShift) return c.fail_input(slot::kFilter, Code::kScaleRange);
    }
    return Code::kOk;
  }
  Multiplier m;
  if (!quantize_ratio(in.scale() * filter.scale(), 1, out.scale(), 0, &m).ok()) return c.fail_input(slot::kFilter, Code::kScaleRange);
  int32_t* values = reinterpret_cast<int32_t*>(p + 1);
  int8_t* shifts = reinterpret_cast<int8_t*>(values + channels);
  for (int32_t o = 0; o < channels; ++o) values[o] = m.value, shifts[o] = static_cast<int8_t>(m.shift);
  p->multipliers.values = values;
  p->multipliers.shifts = shifts;
  return Code::kOk;
}

Status prepare_q(PrepareContext& c) {
  TransposeConvShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(slot::kInput), filter = c.input(slot::kFilter), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(in.type == Type::kUint8 ? check_scale(filter) : check_filter_scales(filter, shape.out_c, 0));
  if (in.type == Type::kInt16 && in.zero_point() != 0) return c.fail_input(slot::kInput, Code::kQuantization);
  if (out.type == Type::kInt16 && out.zero_point() != 0) return c.fail_output(0, Code::kQuantization);
  Type bias;
  MIDGE_TRY(check_bias_type(c, slot::kBias, in.type, option::kBiasType, shape.out_c, &bias));
  TransposeConvQ* p;
  MIDGE_TRY(c.allocate(&p, ChannelMultipliers::bytes(shape.out_c)));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->filter_offset = in.type == Type::kUint8 ? -filter.zero_point() : 0;
  p->out.offset = out.zero_point();
  p->wide = bias == Type::kInt64;
  const int32_t smallest = out.type == Type::kUint8 ? 0 : (out.type == Type::kInt8 ? -128 : -32768);
  const int32_t largest = out.type == Type::kUint8 ? 255 : (out.type == Type::kInt8 ? 127 : 32767);
  MIDGE_TRY(activation_range_q(activation_of(c), out, smallest, largest, &p->out.low, &p->out.high));
  return fill_multipliers(c, p);
}

Status eval_s8(const EvalContext& c) {
  const TransposeConvQ& p = c.data<TransposeConvQ>();
  const TransposeConvShape& s = p.shape;
  MIDGE_TRY(check_shape(c, s));
  const int8_t* in = c.input<int8_t>(slot::kInput);
  int8_t* out = c.output<int8_t>(0);
  for (int32_t b = 0; b < s.batches; ++b) {
    do {
#define MIDGE_KERNEL(isa, symbol, precondition)                                                 \
  if (precondition) {                                                                           \
    symbol(p, in, c.input<int8_t>(slot::kFilter), c.optional_input<int32_t>(slot::kBias), out); \
    break;                                                                                      \
  }
#include "ops/transpose_conv/kernels.inc"
#undef MIDGE_KERNEL
    } while (false);
    in += s.in_h * s.in_w * s.in_c;
    out += s.out_h * s.out_w * s.out_c;
  }
  return Code::kOk;
}

int32_t requantize_sum(const TransposeConvQ& p, int64_t sum, int32_t o) {
  const int32_t value = p.multipliers.values[o], shift = p.multipliers.shifts[o];
  const int32_t v = p.wide != 0 ? multiply_wide(sum, value, shift) : multiply_twice_rounded(static_cast<int32_t>(sum), value, shift);
  return clamp(wrapping_add(v, p.out.offset), p.out.low, p.out.high);
}

/// uint8 and int16.
template <class T, class Weight>
Status eval_plain(const EvalContext& c) {
  const TransposeConvQ& p = c.data<TransposeConvQ>();
  const TransposeConvShape& s = p.shape;
  MIDGE_TRY(check_shape(c, s));
  const void* bias = c.optional_input<void>(slot::kBias);
  const T* in = c.input<T>(slot::kInput);
  T* out = c.output<T>(0);
  for (int32_t b = 0; b < s.batches; ++b) {
    transpose_convolve<int64_t>(
        s, in, c.input<Weight>(slot::kFilter), [&](T x, Weight w) { return (x + p.input_offset) * (w + p.filter_offset); },
        [&](int32_t at, int32_t o, int64_t sum) {
          out[at] = static_cast<T>(requantize_sum(p, wrapping_add(sum, bias_at(bias, p.wide != 0, o)), o));
        });
    in += s.in_h * s.in_w * s.in_c;
    out += s.out_h * s.out_w * s.out_c;
  }
  return Code::kOk;
}

// -- float32 activations

Status prepare_f32(PrepareContext& c) {
  TransposeConvShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  MIDGE_TRY(check_bias(c, slot::kBias, Type::kFloat32, shape.out_c));
  TransposeConvF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_f32(activation_of(c), &p->low, &p->high);
}

Status eval_f32(const EvalContext& c) {
  const TransposeConvF32& p = c.data<TransposeConvF32>();
  const TransposeConvShape& s = p.shape;
  MIDGE_TRY(check_shape(c, s));
  const float *in = c.input<float>(slot::kInput), *bias = c.optional_input<float>(slot::kBias);
  float* out = c.output<float>(0);
  for (int32_t b = 0; b < s.batches; ++b) {
    transpose_convolve<float>(
        s, in, c.input<float>(slot::kFilter), [](float x, float w) { return x * w; },
        [&](int32_t at, int32_t o, float sum) { out[at] = clamp(sum + (bias == nullptr ? 0.0f : bias[o]), p.low, p.high); });
    in += s.in_h * s.in_w * s.in_c;
    out += s.out_h * s.out_w * s.out_c;
  }
  return Code::kOk;
}

Status prepare_hybrid(PrepareContext& c) {
  TransposeConvShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor filter = c.input(slot::kFilter);
  MIDGE_TRY(check_filter_scales(filter, shape.out_c, 0));
  MIDGE_TRY(check_bias(c, slot::kBias, Type::kFloat32, shape.out_c));
  c.request_scratch(static_cast<uint32_t>(shape.in_h * shape.in_w * shape.in_c));
  TransposeConvHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->filter_scales = filter.quantization;
  return activation_range_f32(activation_of(c), &p->f32.low, &p->f32.high);
}

Status eval_hybrid(const EvalContext& c) {
  const TransposeConvHybrid& p = c.data<TransposeConvHybrid>();
  const TransposeConvShape& s = p.f32.shape;
  MIDGE_TRY(check_shape(c, s));
  const int32_t image = s.in_h * s.in_w * s.in_c;
  const float *in = c.input<float>(slot::kInput), *bias = c.optional_input<float>(slot::kBias);
  float* out = c.output<float>(0);
  int8_t* quantized = static_cast<int8_t*>(c.scratch);
  for (int32_t b = 0; b < s.batches; ++b) {
    const HybridScale q = quantize_asymmetric(in, image, quantized);
    transpose_convolve<int64_t>(
        s, quantized, c.input<int8_t>(slot::kFilter), [&](int8_t x, int8_t w) { return (x - q.zero_point) * w; },
        [&](int32_t at, int32_t o, int64_t sum) {
          const float real = static_cast<float>(static_cast<int32_t>(sum)) * p.filter_scales.scale(static_cast<uint32_t>(o)) * q.scale;
          out[at] = clamp(real + (bias == nullptr ? 0.0f : bias[o]), p.f32.low, p.f32.high);
        });
    in += image;
    out += s.out_h * s.out_w * s.out_c;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt32, Type::kInt8, Type::kInt8, prepare_q, eval_s8},
                            {Type::kInt32, Type::kInt8, Type::kInt16, prepare_q, eval_plain<int16_t, int8_t>},
                            {Type::kInt32, Type::kUint8, Type::kUint8, prepare_q, eval_plain<uint8_t, uint8_t>},
                            {Type::kInt32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kInt32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(transpose_conv, midge::kAll)
