// REDUCE_ANY: prepare and eval.
#include "ops/reduce_any/reduce_any.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kBool, Type::kInt32, Type::kBool, prepare_fold, eval_fold_max<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reduce_any, midge::kAll)
