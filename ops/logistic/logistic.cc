// LOGISTIC: prepare and eval.
#include "ops/logistic/logistic.h"

#include "ops/common/unary.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) { return prepare_table_s8(c, {1.0f / 256, -128}, {logistic_real, logistic_q4_to_s8}); }

Status eval_f32(const EvalContext& c) {
  logistic_f32_reference(c.input<float>(0), c.data<UnaryF32>().count, c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_s8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(logistic, midge::kAll)
