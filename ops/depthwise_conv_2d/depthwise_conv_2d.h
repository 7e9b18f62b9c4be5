// DEPTHWISE_CONV_2D: out[b,y,x,i*M+m] = act(bias[i*M+m] + sum over dy,dx of in[b, y*sh + dy*dh - pt, x*sw + dx*dw - pl, i] * filter[0,dy,dx,i*M+m])
//
// Layout: input NHWC with C channels, filter [1, H, W, C*M] with multiplier M, bias C*M. Types as CONV_2D, but for these: an int4
// filter goes with int8 only, and the bias of int16 is int64. The filter's scales lie along its last dimension.
#pragma once
#include "ops/common/conv.h"

namespace midge {

constexpr ConvOp kDepthwiseConv2D = {/*depthwise=*/true, /*activation=*/4, /*dilation_w=*/5, /*dilation_h=*/6};

// Kernels, as ConvS8Kernel and ConvS4Kernel say.
void depthwise_conv_2d_s8_reference(const ConvS8& p, const ConvS8Tensors& t, RowRange range);
void depthwise_conv_2d_s8_portable(const ConvS8& p, const ConvS8Tensors& t, RowRange range);

constexpr int32_t kDepthwiseConv2DUnpackedChannels = 16;
void depthwise_conv_2d_s4_portable(const ConvS8& p, const ConvS4Tensors& t, RowRange range, int8_t* unpacked);

}  // namespace midge
