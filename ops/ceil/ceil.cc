// CEIL: prepare and eval.
#include "ops/ceil/ceil.h"

#include "base/float_round.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<ceil_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(ceil, midge::kAll)
