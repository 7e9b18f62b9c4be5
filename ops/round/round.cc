// ROUND: prepare and eval.
#include "ops/round/round.h"

#include "base/float_round.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<round_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(round, midge::kAll)
