// DEPTHWISE_CONV_2D: out[b,y,x,i*M+m] = act(bias[i*M+m] + sum over dy,dx of in[b, y*sh + dy*dh - pt, x*sw + dx*dw - pl, i] * filter[0,dy,dx,i*M+m])
//
// Layout: input NHWC with C channels, filter [1, H, W, C*M] with multiplier M, bias C*M. Types as CONV_2D; the filter's scales
// lie along its last dimension.
#pragma once
#include "kernels/requantize/requantize.h"
#include "kernels/rows.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

struct DepthwiseConv2DShape {
  int32_t batches, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;  ///< out_c = in_c * multiplier
  int32_t filter_h, filter_w, multiplier;
  int32_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
};

struct DepthwiseConv2DS8 {
  DepthwiseConv2DShape shape;
  int32_t input_offset;  ///< minus the input's zero point
  OutputStage out;
  ChannelMultipliers multipliers;
};

struct DepthwiseConv2DS8Tensors {
  Rows<const int8_t> in;
  const int8_t* filter;
  const int32_t* bias;  ///< may be null
  Rows<int8_t> out;
};

/// Writes the output rows of `range`. Traversal: rows and pixels forward. No scratch.
void depthwise_conv_2d_s8_reference(const DepthwiseConv2DS8& p, const DepthwiseConv2DS8Tensors& t, RowRange range);
void depthwise_conv_2d_s8_portable(const DepthwiseConv2DS8& p, const DepthwiseConv2DS8Tensors& t, RowRange range);

struct DepthwiseConv2DF32 {
  DepthwiseConv2DShape shape;
  float low, high;
};
void depthwise_conv_2d_f32_reference(const DepthwiseConv2DF32& p, const float* in, const float* filter, const float* bias, float* out);

struct DepthwiseConv2DHybrid {
  DepthwiseConv2DF32 f32;
  Quantization filter_scales;
};
/// `quantized` holds one image of int8.
void depthwise_conv_2d_hybrid_reference(const DepthwiseConv2DHybrid& p, const float* in, const int8_t* filter, const float* bias,
                                        int8_t* quantized, float* out);

}  // namespace midge
