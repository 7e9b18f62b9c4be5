// See conv.h. prepare() for every type; eval for all but int8.
#include "ops/common/conv.h"

#include "kernels/hybrid/quantize_input.h"
#include "kernels/packed/packed.h"
#include "ops/common/activation.h"
#include "ops/common/bias.h"
#include "ops/common/window.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kPadding, kStrideW, kStrideH };
constexpr uint32_t kBiasType = 6;  // of CONV_2D
}  // namespace option

constexpr int32_t kLargestWideShift = 14;  // of a 64-bit product

Activation activation_of(const PrepareContext& c, const ConvOp& op) { return static_cast<Activation>(c.options().u8(op.activation)); }

Status prepare_shape(PrepareContext& c, const ConvOp& op, ConvShape* s) {
  MIDGE_TRY(c.expect(2, 3));
  const Tensor in = c.input(0), filter = c.input(1);
  if (in.shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  if (filter.shape.rank != 4) return c.fail_input(1, Code::kUnsupportedRank);
  const Table& o = c.options();
  Window h, w;
  h.input = in.shape[1], h.taps = filter.shape[1], h.stride = o.i32(option::kStrideH), h.dilation = o.i32(op.dilation_h, 1);
  w.input = in.shape[2], w.taps = filter.shape[2], w.stride = o.i32(option::kStrideW), w.dilation = o.i32(op.dilation_w, 1);
  const Padding padding = static_cast<Padding>(o.u8(option::kPadding));
  MIDGE_TRY(fit_window(padding, &h));
  MIDGE_TRY(fit_window(padding, &w));
  const int32_t in_c = in.shape[3];
  // A depthwise filter is [1, H, W, O]. Its multiplier follows from the shapes: the option may be absent, or wrong in old files.
  const int32_t filter_c = op.depthwise ? filter.shape[0] : filter.shape[3], out_c = op.depthwise ? filter.shape[3] : filter.shape[0];
  const bool fits = (!op.depthwise || filter_c == 1) && in_c % filter_c == 0 && out_c % (in_c / filter_c) == 0;
  if (!fits) return c.fail_input(1, Code::kShapeMismatch);
  *s = ConvShape{in.shape[0], h.input,  w.input,  in_c,     h.output,   w.output,   out_c,        h.taps,
                 w.taps,      filter_c, h.stride, w.stride, h.dilation, w.dilation, h.pad_before, w.pad_before};
  return c.set_output_shape(0, make_shape(s->batches, s->out_h, s->out_w, s->out_c));
}

/// Scales of an operator whose filter has one for each output channel, or one for all.
Status check_channel_scales(const PrepareContext& c, const ConvOp& op, const ConvShape& s) {
  MIDGE_TRY(check_scale(c.input(0)));
  MIDGE_TRY(check_scale(c.output(0)));
  return check_filter_scales(c.input(1), s.out_c, op.depthwise ? 3 : 0);
}

/// `memory` takes the multipliers.
Status fill_channels(const PrepareContext& c, const ConvOp& op, const ConvShape& s, int32_t smallest, int32_t largest, void* memory, ConvS8* p) {
  const Tensor in = c.input(0), out = c.output(0);
  p->shape = s;
  p->input_offset = -in.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation_of(c, op), out, smallest, largest, &p->out.low, &p->out.high));
  return channel_multipliers(in, c.input(1), out, s.out_c, memory, &p->multipliers);
}

/// Sums product(input, weight) over the taps of each output in order, and stores finish(channel, sum).
template <class Sum, class Tensors, class Product, class Finish>
void convolve(const ConvShape& s, const Tensors& t, FilterSteps steps, ChannelRange channels, Product product, Finish finish) {
  const int32_t per_group = s.channels_per_group();
  for (int32_t y = 0; y < s.out_h; ++y) {
    const WindowPlace rows = rows_of(s, y);
    for (int32_t x = 0; x < s.out_w; ++x) {
      const ConvWindow window = window_of(s, rows, x);
      auto* out = t.out.row(y) + x * s.out_c;
      for (int32_t o = channels.begin; o < channels.end; ++o) {
        Sum sum = 0;
        for_each_run(s, window, t.in, o / per_group, [&](const auto* in, int32_t tap, int32_t n) {
          const auto* w = t.filter + o * steps.output + tap * steps.tap;
          for (int32_t k = 0; k < n; ++k) sum += product(in[k], w[k * steps.tap]);
        });
        out[o] = finish(o, sum);
      }
    }
  }
}

/// Runs f(filter, its steps, channels): once for int8 weights; where `unpacked` has room for the taps of a channel, for the int4
/// weights of each channel.
template <class F>
void for_each_filter(const ConvShape& s, const void* filter, FilterSteps steps, int8_t* unpacked, F f) {
  if (unpacked == nullptr) return f(static_cast<const int8_t*>(filter), steps, ChannelRange{0, s.out_c});
  for (int32_t o = 0; o < s.out_c; ++o) {
    unpack_s8(filter, 4, o * s.taps(), s.taps(), unpacked);
    f(unpacked, FilterSteps{0, 1}, ChannelRange{o, o + 1});
  }
}

}  // namespace

// -- int8

Status prepare_conv_s8(PrepareContext& c, const ConvOp& op, int32_t unpacked_channels) {
  ConvShape shape;
  MIDGE_TRY(prepare_shape(c, op, &shape));
  MIDGE_TRY(check_channel_scales(c, op, shape));
  MIDGE_TRY(check_bias(c, 2, Type::kInt32, shape.out_c));
  c.request_scratch(static_cast<uint32_t>(min(unpacked_channels, shape.out_c) * shape.taps()));
  ConvS8* p;
  MIDGE_TRY(c.allocate(&p, ChannelMultipliers::bytes(shape.out_c)));
  return fill_channels(c, op, shape, -128, 127, p + 1, p);
}

// -- int16

Status prepare_conv_s16(PrepareContext& c, const ConvOp& op) {
  ConvShape shape;
  MIDGE_TRY(prepare_shape(c, op, &shape));
  MIDGE_TRY(check_channel_scales(c, op, shape));
  if (c.input(0).zero_point() != 0) return c.fail_input(0, Code::kQuantization);
  if (c.output(0).zero_point() != 0) return c.fail_output(0, Code::kQuantization);
  // CONV_2D may have an int32 bias. Without a bias, an option says which accumulator is meant.
  const Type wanted = c.has_input(2) ? c.input(2).type : static_cast<Type>(c.options().u8(option::kBiasType));
  const bool narrow = !op.depthwise && wanted == Type::kInt32, packed = c.input(1).type == Type::kInt4;
  MIDGE_TRY(check_bias(c, 2, narrow ? Type::kInt32 : Type::kInt64, shape.out_c));
  if (packed) c.request_scratch(static_cast<uint32_t>(shape.taps()));
  ConvS16* p;
  MIDGE_TRY(c.allocate(&p, ChannelMultipliers::bytes(shape.out_c)));
  p->narrow = narrow;
  p->packed = packed;
  MIDGE_TRY(fill_channels(c, op, shape, -32768, 32767, p + 1, &p->channels));
  for (int32_t o = 0; o < shape.out_c; ++o) {
    if (!narrow && p->channels.multipliers.shifts[o] > kLargestWideShift) return c.fail_input(1, Code::kScaleRange);
  }
  return Code::kOk;
}

Status eval_conv_s16(const EvalContext& c, const ConvOp& op) {
  const ConvS16& p = c.data<ConvS16>();
  const ConvShape& s = p.channels.shape;
  const ChannelMultipliers& m = p.channels.multipliers;
  const OutputStage& stage = p.channels.out;
  auto t = ConvTensors<int16_t, int8_t, void, int16_t>::of(c, s);
  int8_t* const unpacked = p.packed ? static_cast<int8_t*>(c.scratch) : nullptr;
  for (int32_t b = 0; b < s.batches; ++b, t.next_image(s)) {
    for_each_filter(s, c.input<void>(1), filter_steps(op, s), unpacked, [&](const int8_t* filter, FilterSteps steps, ChannelRange channels) {
      t.filter = filter;
      convolve<int64_t>(
          s, t, steps, channels, [](int32_t x, int32_t w) { return x * w; },
          [&](int32_t o, int64_t sum) {
            int32_t v;
            if (p.narrow) {
              const int32_t bias = t.bias == nullptr ? 0 : static_cast<const int32_t*>(t.bias)[o];
              v = multiply_twice_rounded(wrapping_add(static_cast<int32_t>(sum), bias), m.values[o], m.shifts[o]);
            } else {
              v = multiply_wide(wrapping_add(sum, bias_at(t.bias, true, o)), m.values[o], m.shifts[o]);
            }
            return static_cast<int16_t>(clamp(v, stage.low, stage.high));
          });
    });
  }
  return Code::kOk;
}

// -- uint8

Status prepare_conv_u8(PrepareContext& c, const ConvOp& op) {
  ConvShape shape;
  MIDGE_TRY(prepare_shape(c, op, &shape));
  const Tensor in = c.input(0), filter = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(filter));
  MIDGE_TRY(check_scale(out));
  MIDGE_TRY(check_bias(c, 2, Type::kInt32, shape.out_c));
  ConvU8* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->input_offset = -in.zero_point();
  p->filter_offset = -filter.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation_of(c, op), out, 0, 255, &p->out.low, &p->out.high));
  // Of the legacy type the contract takes the product of the scales in single precision.
  return quantize_ratio(in.scale() * filter.scale(), 1, out.scale(), 0, &p->multiplier).ok() ? Status() : c.fail_input(1, Code::kScaleRange);
}

Status eval_conv_u8(const EvalContext& c, const ConvOp& op) {
  const ConvU8& p = c.data<ConvU8>();
  const ConvShape& s = p.shape;
  auto t = ConvTensors<uint8_t, uint8_t, int32_t, uint8_t>::of(c, s);
  for (int32_t b = 0; b < s.batches; ++b, t.next_image(s)) {
    convolve<uint32_t>(
        s, t, filter_steps(op, s), ChannelRange{0, s.out_c},
        [&](int32_t x, int32_t w) { return static_cast<uint32_t>((x + p.input_offset) * (w + p.filter_offset)); },
        [&](int32_t o, uint32_t sum) {
          const int32_t acc = wrapping_add(static_cast<int32_t>(sum), t.bias == nullptr ? 0 : t.bias[o]);
          const int32_t v = wrapping_add(multiply_twice_rounded(acc, p.multiplier.value, p.multiplier.shift), p.out.offset);
          return static_cast<uint8_t>(clamp(v, p.out.low, p.out.high));
        });
  }
  return Code::kOk;
}

// -- float32

Status prepare_conv_f32(PrepareContext& c, const ConvOp& op) {
  ConvShape shape;
  MIDGE_TRY(prepare_shape(c, op, &shape));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.out_c));
  ConvF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_f32(activation_of(c, op), &p->low, &p->high);
}

Status eval_conv_f32(const EvalContext& c, const ConvOp& op) {
  const ConvF32& p = c.data<ConvF32>();
  const ConvShape& s = p.shape;
  auto t = ConvTensors<float, float, float, float>::of(c, s);
  for (int32_t b = 0; b < s.batches; ++b, t.next_image(s)) {
    convolve<float>(
        s, t, filter_steps(op, s), ChannelRange{0, s.out_c}, [](float x, float w) { return x * w; },
        [&](int32_t o, float sum) { return clamp(sum + (t.bias == nullptr ? 0.0f : t.bias[o]), p.low, p.high); });
  }
  return Code::kOk;
}

// -- hybrid

Status prepare_conv_hybrid(PrepareContext& c, const ConvOp& op) {
  ConvShape shape;
  MIDGE_TRY(prepare_shape(c, op, &shape));
  const Tensor filter = c.input(1);
  MIDGE_TRY(check_filter_scales(filter, shape.out_c, op.depthwise ? 3 : 0));
  MIDGE_TRY(check_bias(c, 2, Type::kFloat32, shape.out_c));
  const bool packed = filter.type == Type::kInt4;
  const int64_t scratch = static_cast<int64_t>(shape.in_h) * shape.in_w * shape.in_c + (packed ? shape.taps() : 0);
  if (scratch > INT32_MAX) return c.fail_input(1, Code::kTooLarge);
  c.request_scratch(static_cast<uint32_t>(scratch));
  ConvHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->f32.shape = shape;
  p->filter_scales = filter.quantization;
  p->packed = packed;
  // The contract takes a filter whose scales are all equal as one with a single scale, and then the input as symmetric.
  p->symmetric_input = !op.depthwise && shape.filter_c == shape.in_c;
  for (uint32_t o = 1; o < filter.quantization.count; ++o) {
    if (filter.quantization.scale(o) != filter.scale()) p->symmetric_input = false;
  }
  p->scales_first = op.depthwise || p->symmetric_input;
  return activation_range_f32(activation_of(c, op), &p->f32.low, &p->f32.high);
}

Status eval_conv_hybrid(const EvalContext& c, const ConvOp& op) {
  const ConvHybrid& p = c.data<ConvHybrid>();
  const ConvShape& s = p.f32.shape;
  const int32_t image = s.in_h * s.in_w * s.in_c;
  int8_t* const quantized = static_cast<int8_t*>(c.scratch);
  int8_t* const unpacked = p.packed ? quantized + image : nullptr;
  const float* in = c.input<float>(0);
  auto t = ConvTensors<int8_t, int8_t, float, float>::of(c, s);
  for (int32_t b = 0; b < s.batches; ++b, in += image, t.next_image(s)) {
    const HybridScale q = p.symmetric_input ? quantize_symmetric(in, image, quantized) : quantize_asymmetric(in, image, quantized);
    t.in.base = quantized;
    for_each_filter(s, c.input<void>(1), filter_steps(op, s), unpacked, [&](const int8_t* filter, FilterSteps steps, ChannelRange channels) {
      t.filter = filter;
      convolve<uint32_t>(
          s, t, steps, channels, [&](int32_t x, int32_t w) { return static_cast<uint32_t>((x - q.zero_point) * w); },
          [&](int32_t o, uint32_t sum) {
            const float acc = static_cast<float>(static_cast<int32_t>(sum)), scale = p.filter_scales.scale(static_cast<uint32_t>(o));
            const float real = p.scales_first ? acc * (scale * q.scale) : acc * scale * q.scale;
            return clamp(real + (t.bias == nullptr ? 0.0f : t.bias[o]), p.f32.low, p.f32.high);
          });
    });
  }
  return Code::kOk;
}

}  // namespace midge
