// CONV_2D: every kernel over a grid of channels and filters; see ops/testing_conv.h.
#include "ops/conv_2d/conv_2d.h"
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
#include "ops/conv_2d/kernels.inc"
#undef MIDGE_KERNEL
};

constexpr int32_t kInChannels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33};
constexpr int32_t kOutChannels[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 33};

int32_t common_divisor(int32_t a, int32_t b) { return b == 0 ? a : common_divisor(b, a % b); }

void check_kernels(Report& r, FilterSide filter, int32_t in_c, int32_t out_c) {
  Random random = r.random();
  const int32_t common = common_divisor(in_c, out_c), choice = random.between(0, 2);
  const int32_t groups = choice == 0 ? common : (choice == 1 && common % 2 == 0 ? 2 : 1);
  const ConvShape shape = draw_conv_shape(random, filter, in_c, out_c, in_c / groups, 6000);
  check_conv_kernels(r, kConv2D, shape, random, kKernels, conv_2d_s8_reference, conv_2d_s4_portable);
}

constexpr ConvCase kCases[] = {
    {1, 5, 5, 2, 3, 3, 3, 2, 1, 1, Padding::kSame, Activation::kNone, true},
    {3, 4, 6, 4, 4, 2, 3, 2, 2, 1, Padding::kSame, Activation::kRelu, true},
    {2, 7, 5, 3, 6, 3, 2, 1, 1, 2, Padding::kValid, Activation::kRelu6, false},
    {2, 1, 8, 6, 5, 1, 5, 6, 3, 1, Padding::kValid, Activation::kReluN1To1, false},
    {1, 6, 6, 1, 2, 3, 3, 1, 2, 2, Padding::kSame, Activation::kNone, false},
};
constexpr ConvTypes kTypes[] = {
    {"int8", &ops::conv_2d_s8, Type::kInt8, Type::kInt8, Type::kInt32},
    {"int8 without a bias", &ops::conv_2d_s8, Type::kInt8, Type::kInt8, Type::kNone},
    {"int8 with int4 weights", &ops::conv_2d_s4, Type::kInt8, Type::kInt4, Type::kInt32},
    {"int16", &ops::conv_2d_s16, Type::kInt16, Type::kInt8, Type::kInt64},
    {"int16 without a bias", &ops::conv_2d_s16, Type::kInt16, Type::kInt8, Type::kNone},
    {"int16 with int32 bias", &ops::conv_2d_s16, Type::kInt16, Type::kInt8, Type::kInt32},
    {"int16 with int4 weights", &ops::conv_2d_s16, Type::kInt16, Type::kInt4, Type::kInt64},
    {"uint8", &ops::conv_2d_u8, Type::kUint8, Type::kUint8, Type::kInt32},
    {"float32", &ops::conv_2d_f32, Type::kFloat32, Type::kFloat32, Type::kFloat32},
    {"hybrid", &ops::conv_2d_hybrid, Type::kFloat32, Type::kInt8, Type::kFloat32},
    {"hybrid with int4 weights", &ops::conv_2d_hybrid, Type::kFloat32, Type::kInt4, Type::kNone},
};

constexpr ConvRefusal kRefusals[] = {
    {"groups", Code::kShapeMismatch, [](ConvModel& m) { m.in.shape = shape_of(1, 4, 4, 6); }},
    {"activation", Code::kUnsupportedActivation, [](ConvModel& m) { m.options.u8(kConv2D.activation, 4); }},
    {"dilation", Code::kUnsupportedOption, [](ConvModel& m) { m.options.i32(kConv2D.dilation_w, 0); }},
};

}  // namespace

void test_conv_2d(Report& r) {
  for (const FilterSide filter : kFilterSides) {
    for (const int32_t in_c : kInChannels) {
      for (const int32_t out_c : kOutChannels) {
        for (int32_t draw = 0; draw < 2; ++draw) {
          if (r.next_case()) check_kernels(r, filter, in_c, out_c);
        }
      }
    }
  }
  for (const ConvTypes& types : kTypes) {
    for (const ConvCase& k : kCases) {
      if (r.next_case()) check_conv(r, kConv2D, k, types);
    }
  }
  check_conv_refusals(r, ops::conv_2d, kConv2D, kConvRefusals);
  check_conv_refusals(r, ops::conv_2d, kConv2D, kRefusals);
}

}  // namespace testing
}  // namespace midge
