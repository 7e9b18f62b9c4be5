// DEPTHWISE_CONV_2D: every kernel over a grid of channels, multipliers and filters; see ops/testing_conv.h.
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"
#include "ops/registry.h"
#include "ops/testing_conv.h"

namespace midge {
namespace testing {
namespace {

constexpr ConvKernel kKernels[] = {
#define MIDGE_KERNEL(isa, symbol, precondition) \
  {#symbol, symbol, [](const ConvS8& p) {       \
     (void)p;                                   \
     return static_cast<bool>(precondition);    \
   }},
#include "ops/depthwise_conv_2d/kernels.inc"
#undef MIDGE_KERNEL
};

constexpr int32_t kChannels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};
constexpr int32_t kMultipliers[] = {1, 2, 3, 8, 17};

void check_kernels(Report& r, FilterSide filter, int32_t in_c, int32_t multiplier) {
  Random random = r.random();
  const ConvShape shape = draw_conv_shape(random, filter, in_c, in_c * multiplier, 1, 3000);
  check_conv_kernels(r, kDepthwiseConv2D, shape, random, kKernels, depthwise_conv_2d_s8_reference, depthwise_conv_2d_s4_portable);
}

constexpr ConvCase kCases[] = {
    {2, 5, 4, 1, 1, 3, 3, 1, 2, 1, Padding::kSame, Activation::kNone, true},
    {2, 5, 4, 1, 2, 3, 3, 1, 1, 2, Padding::kSame, Activation::kRelu, false},
    {1, 6, 5, 3, 3, 2, 4, 1, 1, 1, Padding::kValid, Activation::kRelu6, true},
    {2, 5, 4, 3, 6, 3, 3, 1, 2, 1, Padding::kSame, Activation::kReluN1To1, true},
    {3, 3, 7, 2, 8, 1, 3, 1, 1, 3, Padding::kValid, Activation::kNone, false},
};
constexpr ConvTypes kTypes[] = {
    {"int8", &ops::depthwise_conv_2d_s8, Type::kInt8, Type::kInt8, Type::kInt32},
    {"int8 without a bias", &ops::depthwise_conv_2d_s8, Type::kInt8, Type::kInt8, Type::kNone},
    {"int8 with int4 weights", &ops::depthwise_conv_2d_s4, Type::kInt8, Type::kInt4, Type::kInt32},
    {"int16", &ops::depthwise_conv_2d_s16, Type::kInt16, Type::kInt8, Type::kInt64},
    {"int16 without a bias", &ops::depthwise_conv_2d_s16, Type::kInt16, Type::kInt8, Type::kNone},
    {"uint8", &ops::depthwise_conv_2d_u8, Type::kUint8, Type::kUint8, Type::kInt32},
    {"float32", &ops::depthwise_conv_2d_f32, Type::kFloat32, Type::kFloat32, Type::kFloat32},
    {"hybrid", &ops::depthwise_conv_2d_hybrid, Type::kFloat32, Type::kInt8, Type::kFloat32},
};

constexpr ConvRefusal kRefusals[] = {
    {"filter that begins with 2", Code::kShapeMismatch, [](ConvModel& m) { m.filter.shape = shape_of(2, 3, 3, 2), m.filter.data = nullptr; }},
    {"multiplier", Code::kShapeMismatch, [](ConvModel& m) { m.in.shape = shape_of(1, 4, 4, 4); }},
    {"activation", Code::kUnsupportedActivation, [](ConvModel& m) { m.options.u8(kDepthwiseConv2D.activation, 4); }},
    {"dilation", Code::kUnsupportedOption, [](ConvModel& m) { m.options.i32(kDepthwiseConv2D.dilation_h, 0); }},
    {"int32 bias of int16", Code::kUnsupportedType, [](ConvModel& m) { m.in.type = m.out.type = Type::kInt16; }},
};

}  // namespace

void test_depthwise_conv_2d(Report& r) {
  for (const FilterSide filter : kFilterSides) {
    for (const int32_t in_c : kChannels) {
      for (const int32_t multiplier : kMultipliers) {
        for (int32_t draw = 0; draw < 2 && in_c * multiplier <= kMostConvOut; ++draw) {
          if (r.next_case()) check_kernels(r, filter, in_c, multiplier);
        }
      }
    }
  }
  for (const ConvTypes& types : kTypes) {
    for (const ConvCase& k : kCases) {
      if (r.next_case()) check_conv(r, kDepthwiseConv2D, k, types);
    }
  }
  check_conv_refusals(r, ops::depthwise_conv_2d, kDepthwiseConv2D, kConvRefusals);
  check_conv_refusals(r, ops::depthwise_conv_2d, kDepthwiseConv2D, kRefusals);
}

}  // namespace testing
}  // namespace midge
