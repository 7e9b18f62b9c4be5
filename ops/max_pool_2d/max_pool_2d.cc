// MAX_POOL_2D: prepare and eval.
#include "ops/max_pool_2d/max_pool_2d.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status eval_s8(const EvalContext& c) { return eval_pool<PoolS8, int8_t>(c, max_pool_s8_reference); }
Status eval_f32(const EvalContext& c) { return eval_pool<PoolF32, float>(c, max_pool_f32_reference); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_pool_s8, eval_s8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_pool_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(max_pool_2d, midge::kAll)
