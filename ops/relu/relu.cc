// RELU: prepare and eval.
#include "ops/relu/relu.h"

#include "ops/common/unary.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) { return prepare_rectifier_s8(c, Activation::kRelu); }
Status eval_f32(const EvalContext& c) { return eval_rectifier_f32(c, 0.0f, __builtin_inff()); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_rectifier_s8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(relu, midge::kAll)
