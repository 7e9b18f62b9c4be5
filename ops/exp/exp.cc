// EXP: prepare and eval.
#include "ops/exp/exp.h"

#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) { return prepare_table_8(c, {exp_nearest}); }
Status prepare_s16(PrepareContext& c) { return prepare_table_s16(c, {exp_nearest}); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_table_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<exp_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(exp, midge::kAll)
