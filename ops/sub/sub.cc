// SUB: prepare and eval.
#include "ops/sub/sub.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) { return prepare_sum_s8(c, c.contract() == Contract::kTflm); }

Status eval_s8(const EvalContext& c) {
  sum_s8_reference(c.data<SumS8>(), c.input<int8_t>(0), c.input<int8_t>(1), -1, c.output<int8_t>(0));
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  return eval_binary_f32(c, [](float a, float b) { return a - b; });
}

Status eval_s32(const EvalContext& c) {
  return eval_binary_s32(c, [](int32_t a, int32_t b) { return wrapping_add(a, wrapping_mul(b, -1)); });
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_binary_f32, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_binary_s32, eval_s32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sub, midge::kAll)
