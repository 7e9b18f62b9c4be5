// REDUCE_MAX: prepare and eval.
#include "ops/reduce_max/reduce_max.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt32, Type::kInt8, prepare_fold_same_scale, eval_fold_max<int8_t>},
                            {Type::kInt16, Type::kInt32, Type::kInt16, prepare_fold_same_scale, eval_fold_max<int16_t>},
                            {Type::kUint8, Type::kInt32, Type::kUint8, prepare_fold_same_scale, eval_fold_max<uint8_t>},
                            {Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_fold, eval_fold_max<float>},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_fold, eval_fold_max<int32_t>},
                            {Type::kInt64, Type::kInt32, Type::kInt64, prepare_fold, eval_fold_max<int64_t>},
                            {Type::kBool, Type::kInt32, Type::kBool, prepare_fold, eval_fold_max<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reduce_max, midge::kAll)
