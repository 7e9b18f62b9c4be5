// CONV_2D: out[b,y,x,o] = act(bias[o] + sum over dy,dx,i of in[b, y*sh + dy*dh - pt, x*sw + dx*dw - pl, g(o)*C + i] * filter[o,dy,dx,i])
//
// Layout: input NHWC, filter OHWI with I = input channels / groups, bias O. Positions outside the input contribute nothing.
// Types: int8 (int8 filter with one scale or one an output channel, int32 bias), float32, and hybrid: float32 activations with
// an int8 filter, whose input is quantised to int8 at each inference.
// The int8 accumulator is 32 bits: exact for up to 65,536 taps an output.
#pragma once
#include "kernels/requantize/requantize.h"
#include "kernels/rows.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

/// Geometry, shared by every kernel of the operator.
struct Conv2DShape {
  int32_t batches, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t filter_h, filter_w, filter_c;  ///< filter_c = in_c / groups
  int32_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;

  int32_t taps() const { return filter_h * filter_w * filter_c; }
  int32_t channels_per_group() const { return out_c / (in_c / filter_c); }
};

struct Conv2DS8 {
  Conv2DShape shape;
  int32_t input_offset;  ///< minus the input's zero point
  OutputStage out;
  ChannelMultipliers multipliers;
};

/// Rows are those of one image: row_elements = width * channels.
struct Conv2DS8Tensors {
  Rows<const int8_t> in;
  const int8_t* filter;
  const int32_t* bias;  ///< may be null
  Rows<int8_t> out;
};

/// Writes the output rows of `range`; reads input rows [range.begin * stride_h - pad_top, ...]. Traversal: rows and pixels
/// forward, all channels of a pixel before the next one. No scratch.
using Conv2DS8Kernel = void (*)(const Conv2DS8&, const Conv2DS8Tensors&, RowRange range);

void conv_2d_s8_reference(const Conv2DS8& p, const Conv2DS8Tensors& t, RowRange range);
void conv_2d_s8_portable(const Conv2DS8& p, const Conv2DS8Tensors& t, RowRange range);

struct Conv2DF32 {
  Conv2DShape shape;
  float low, high;
};

void conv_2d_f32_reference(const Conv2DF32& p, const float* in, const float* filter, const float* bias, float* out);

/// Hybrid: the filter's scales by channel, and how the input is quantised: per-tensor filters take a symmetric input.
struct Conv2DHybrid {
  Conv2DF32 f32;
  Quantization filter_scales;
  uint32_t symmetric_input;
};

/// `quantized` holds one image of int8.
void conv_2d_hybrid_reference(const Conv2DHybrid& p, const float* in, const int8_t* filter, const float* bias, int8_t* quantized, float* out);

}  // namespace midge
