// CONV_2D: out[b,y,x,o] = act(bias[o] + sum over dy,dx,i of in[b, y*sh + dy*dh - pt, x*sw + dx*dw - pl, g(o)*C + i] * filter[o,dy,dx,i])
//
// Layout: input NHWC, filter OHWI with I = input channels / groups, bias O. Positions outside the input contribute nothing.
// Types, as input, filter, bias: int8, int8 or int4, int32; int16, int8 or int4, int32 or int64; uint8, uint8, int32; float32; and
// hybrid: float32 with an int8 or int4 filter, where the input is quantised to int8 at each inference.
// Integer filters have one scale or one an output channel; uint8 ones have one, and a zero point.
// The int8 accumulator is 32 bits: exact for up to 65,536 taps an output.
#pragma once
#include "ops/common/conv.h"

namespace midge {

constexpr ConvOp kConv2D = {/*depthwise=*/false, /*activation=*/3, /*dilation_w=*/4, /*dilation_h=*/5};

// Kernels, as ConvS8Kernel and ConvS4Kernel say.
void conv_2d_s8_reference(const ConvS8& p, const ConvS8Tensors& t, RowRange range);
void conv_2d_s8_portable(const ConvS8& p, const ConvS8Tensors& t, RowRange range);

constexpr int32_t kConv2DUnpackedChannels = 4;
void conv_2d_s4_portable(const ConvS8& p, const ConvS4Tensors& t, RowRange range, int8_t* unpacked);

}  // namespace midge
