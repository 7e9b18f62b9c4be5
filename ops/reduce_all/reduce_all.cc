// REDUCE_ALL: prepare and eval.
#include "ops/reduce_all/reduce_all.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kBool, Type::kInt32, Type::kBool, prepare_fold, eval_fold_min<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reduce_all, midge::kAll)
