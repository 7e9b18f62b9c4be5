// MAX_POOL_2D: prepare and eval.
#include "ops/max_pool_2d/max_pool_2d.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
Status eval_q(const EvalContext& c) {
  return eval_pool<PoolQ, T>(c, max_pool_q_reference<T>);
}
Status eval_f32(const EvalContext& c) { return eval_pool<PoolF32, float>(c, max_pool_f32_reference); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_pool_q, eval_q<int8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_pool_q, eval_q<int16_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_pool_q, eval_q<uint8_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_pool_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(max_pool_2d, midge::kAll)
