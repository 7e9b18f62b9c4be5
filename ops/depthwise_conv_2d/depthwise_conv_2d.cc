// DEPTHWISE_CONV_2D: prepare and eval.
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) { return prepare_conv_s8(c, kDepthwiseConv2D, 0); }
Status prepare_s4(PrepareContext& c) { return prepare_conv_s8(c, kDepthwiseConv2D, kDepthwiseConv2DUnpackedChannels); }
Status prepare_s16(PrepareContext& c) { return prepare_conv_s16(c, kDepthwiseConv2D); }
Status prepare_u8(PrepareContext& c) { return prepare_conv_u8(c, kDepthwiseConv2D); }
Status prepare_f32(PrepareContext& c) { return prepare_conv_f32(c, kDepthwiseConv2D); }
Status prepare_hybrid(PrepareContext& c) { return prepare_conv_hybrid(c, kDepthwiseConv2D); }

void run_s8(const ConvS8& p, const ConvS8Tensors& t, RowRange range) {
#define MIDGE_KERNEL(isa, symbol, precondition) \
  if (precondition) return symbol(p, t, range);
#include "ops/depthwise_conv_2d/kernels.inc"
#undef MIDGE_KERNEL
}

Status eval_s8(const EvalContext& c) { return eval_conv_s8<ConvS8Tensors>(c, run_s8); }
Status eval_s4(const EvalContext& c) {
  return eval_conv_s8<ConvS4Tensors>(c, [&c](const ConvS8& p, const ConvS4Tensors& t, RowRange all) {
    depthwise_conv_2d_s4_portable(p, t, all, static_cast<int8_t*>(c.scratch));
  });
}
Status eval_s16(const EvalContext& c) { return eval_conv_s16(c, kDepthwiseConv2D); }
Status eval_u8(const EvalContext& c) { return eval_conv_u8(c, kDepthwiseConv2D); }
Status eval_f32(const EvalContext& c) { return eval_conv_f32(c, kDepthwiseConv2D); }
Status eval_hybrid(const EvalContext& c) { return eval_conv_hybrid(c, kDepthwiseConv2D); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kInt8, Type::kInt4, Type::kInt8, prepare_s4, eval_s4},
                            {Type::kInt16, Type::kInt8, Type::kInt16, prepare_s16, eval_s16},
                            {Type::kUint8, Type::kUint8, Type::kUint8, prepare_u8, eval_u8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(depthwise_conv_2d, midge::kAll)
