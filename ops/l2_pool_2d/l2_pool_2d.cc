// L2_POOL_2D: prepare and eval.
#include "ops/l2_pool_2d/l2_pool_2d.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status eval_f32(const EvalContext& c) { return eval_pool<PoolF32, float>(c, l2_pool_f32_reference); }

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_pool_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(l2_pool_2d, midge::kAll)
