// What CONV_2D and DEPTHWISE_CONV_2D share: geometry, prepare() for every combination of types, and the kernels of all but int8.
//
// A depthwise convolution is one whose every input channel is a group of its own, and whose filter has the output channels
// innermost. So one walk over the taps serves both; the int8 operators have kernels of their own for speed.
#pragma once
#include "kernels/requantize/requantize.h"
#include "kernels/rows.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

/// How the two operators differ.
struct ConvOp {
  bool depthwise;
  uint32_t activation, dilation_w, dilation_h;  ///< fields of the options; padding is field 0, the strides are 1 (w) and 2 (h)
};

/// Geometry, shared by every kernel.
struct ConvShape {
  int32_t batches, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t filter_h, filter_w, filter_c;  ///< filter_c = in_c / groups; 1 if depthwise
  int32_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;

  int32_t taps() const { return filter_h * filter_w * filter_c; }
  /// Output channels a group; the multiplier if depthwise.
  int32_t channels_per_group() const { return out_c / (in_c / filter_c); }
};

/// Where tap k of output channel o lies in the filter: at o * output + k * tap.
struct FilterSteps {
  int32_t output, tap;
};
inline FilterSteps filter_steps(const ConvOp& op, const ConvShape& s) {
  return op.depthwise ? FilterSteps{1, s.out_c} : FilterSteps{s.taps(), 1};
}

struct ChannelRange {
  int32_t begin, end;
};

/// Operands of a convolution. Rows are those of one image: row_elements = width * channels.
template <class In, class Filter, class Bias, class Out>
struct ConvTensors {
  Rows<const In> in;
  const Filter* filter;
  const Bias* bias;  ///< may be null
  Rows<Out> out;

  static ConvTensors of(const EvalContext& c, const ConvShape& s) {
    return {{c.input<In>(0), s.in_w * s.in_c, 0}, c.input<Filter>(1), c.optional_input<Bias>(2), {c.output<Out>(0), s.out_w * s.out_c, 0}};
  }
  void next_image(const ConvShape& s) {
    in.base += s.in_h * s.in_w * s.in_c;
    out.base += s.out_h * s.out_w * s.out_c;
  }
};

/// int8 activations with int8 or int4 weights.
struct ConvS8 {
  ConvShape shape;
  int32_t input_offset;  ///< minus the input's zero point
  OutputStage out;
  ChannelMultipliers multipliers;
};
using ConvS8Tensors = ConvTensors<int8_t, int8_t, int32_t, int8_t>;
using ConvS4Tensors = ConvTensors<int8_t, uint8_t, int32_t, int8_t>;  ///< the filter packed, see kernels/packed

/// Writes the output rows of `range`; reads input rows [range.begin * stride_h - pad_top, ...]. Traversal: rows and pixels forward, all
/// channels of a pixel before the next one. No scratch.
using ConvS8Kernel = void (*)(const ConvS8&, const ConvS8Tensors&, RowRange range);
/// The same for int4 weights, but the rows are gone through once for each block of output channels, whose weights are unpacked first.
using ConvS4Kernel = void (*)(const ConvS8&, const ConvS4Tensors&, RowRange range, int8_t* unpacked);

/// int16 activations. Zero points are 0.
struct ConvS16 {
  ConvS8 channels;
  uint32_t narrow;  ///< bias and accumulator are int32, the multiplication rounds twice; else int64 and once
  uint32_t packed;  ///< int4 weights; only OHWI filters
};

/// uint8 activations and weights, each with one scale and zero point.
struct ConvU8 {
  ConvShape shape;
  int32_t input_offset, filter_offset;  ///< minus the zero points
  Multiplier multiplier;
  OutputStage out;
};

struct ConvF32 {
  ConvShape shape;
  float low, high;
};

/// float32 activations and integer weights: each image is quantised to int8 when it comes.
struct ConvHybrid {
  ConvF32 f32;
  Quantization filter_scales;
  uint32_t symmetric_input;
  uint32_t scales_first;  ///< sum * (filter scale * input scale); else (sum * filter scale) * input scale
  uint32_t packed;        ///< int4 weights; only OHWI filters
};

/// `unpacked_channels`: the output channels in a block of the ConvS4Kernel, whose scratch has room for their taps; 0 for int8 weights.
Status prepare_conv_s8(PrepareContext& c, const ConvOp& op, int32_t unpacked_channels);
Status prepare_conv_s16(PrepareContext& c, const ConvOp& op);
Status prepare_conv_u8(PrepareContext& c, const ConvOp& op);
Status prepare_conv_f32(PrepareContext& c, const ConvOp& op);
Status prepare_conv_hybrid(PrepareContext& c, const ConvOp& op);

/// Runs kernel(p, tensors, all rows) on each image; ConvS8Tensors or ConvS4Tensors.
template <class Tensors, class Kernel>
Status eval_conv_s8(const EvalContext& c, Kernel kernel) {
  const ConvS8& p = c.data<ConvS8>();
  Tensors t = Tensors::of(c, p.shape);
  for (int32_t b = 0; b < p.shape.batches; ++b, t.next_image(p.shape)) kernel(p, t, RowRange{0, p.shape.out_h});
  return Code::kOk;
}
Status eval_conv_s16(const EvalContext& c, const ConvOp& op);
Status eval_conv_u8(const EvalContext& c, const ConvOp& op);
Status eval_conv_f32(const EvalContext& c, const ConvOp& op);
Status eval_conv_hybrid(const EvalContext& c, const ConvOp& op);

/// Slow and obvious: the oracle for every int8 kernel.
void conv_s8_reference(const ConvS8& p, const ConvS8Tensors& t, FilterSteps steps, RowRange range);

/// Where a window lies along one axis: its first position, which may be outside the input, and the taps that are inside.
struct WindowPlace {
  int32_t origin;
  RowRange taps;
};
inline WindowPlace rows_of(const ConvShape& s, int32_t y) {
  const int32_t origin = y * s.stride_h - s.pad_top;
  return {origin, taps_inside(origin, s.filter_h, s.dilation_h, s.in_h)};
}
inline WindowPlace columns_of(const ConvShape& s, int32_t x) {
  const int32_t origin = x * s.stride_w - s.pad_left;
  return {origin, taps_inside(origin, s.filter_w, s.dilation_w, s.in_w)};
}

/// The window of one output. Its taps form runs that lie next to each other in the input: without groups and dilation in x each row
/// is one, else each pixel.
struct ConvWindow {
  WindowPlace rows, columns;
  int32_t runs, run;  ///< runs in a row, taps in a run
};
inline ConvWindow window_of(const ConvShape& s, const WindowPlace& rows, int32_t x) {
  const WindowPlace columns = columns_of(s, x);
  const int32_t inside = columns.taps.end - columns.taps.begin;
  const bool contiguous = s.dilation_w == 1 && s.filter_c == s.in_c;
  return {rows, columns, contiguous ? min(inside, int32_t{1}) : inside, contiguous ? inside * s.filter_c : s.filter_c};
}

/// Calls f(input elements, their first tap, how many) for each run of a group's taps, in the order of the taps.
template <class In, class F>
void for_each_run(const ConvShape& s, const ConvWindow& w, const Rows<const In>& in, int32_t group, F f) {
  for (int32_t dy = w.rows.taps.begin; dy < w.rows.taps.end; ++dy) {
    const In* row = in.row(w.rows.origin + dy * s.dilation_h) + group * s.filter_c;
    for (int32_t dx = w.columns.taps.begin; dx < w.columns.taps.begin + w.runs; ++dx) {
      f(row + (w.columns.origin + dx * s.dilation_w) * s.in_c, (dy * s.filter_w + dx) * s.filter_c, w.run);
    }
  }
}

}  // namespace midge
