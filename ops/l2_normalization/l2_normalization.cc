// L2_NORMALIZATION: prepare and eval.
#include "ops/l2_normalization/l2_normalization.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kActivation = 0;  // option field

Status check_activation(const PrepareContext& c) { return c.options().u8(kActivation) == 0 ? Status() : Code::kUnsupportedActivation; }

Status prepare_q(PrepareContext& c) {
  constexpr int32_t kMostDepth = INT32_MAX / (255 * 255);  // the sum of squares is 32 bits
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  MIDGE_TRY(check_activation(c));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  if (out.scale() != 1.0f / 128 || out.zero_point() != (out.type == Type::kInt8 ? 0 : 128)) return c.fail_output(0, Code::kNoScale);
  if (shape.depth > kMostDepth) return c.fail_input(0, Code::kTooLarge);
  L2NormalizationQ* p;
  MIDGE_TRY(c.allocate(&p));
  *p = {shape, in.zero_point()};
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  MIDGE_TRY(prepare_rows_f32(c));
  return check_activation(c);
}

Status eval_s8(const EvalContext& c) {
  l2_normalization_s8_reference(c.data<L2NormalizationQ>(), c.input<int8_t>(0), c.output<int8_t>(0));
  return Code::kOk;
}

Status eval_u8(const EvalContext& c) {
  l2_normalization_u8_reference(c.data<L2NormalizationQ>(), c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  l2_normalization_f32_reference(c.data<RowShape>(), c.input<float>(0), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_q, eval_s8},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_q, eval_u8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(l2_normalization, midge::kAll)
