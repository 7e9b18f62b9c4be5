// SQUARE: prepare and eval.
#include "ops/square/square.h"

#include "ops/registry.h"

namespace midge {
namespace {

float square_f32(float x) { return x * x; }

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<square_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(square, midge::kAll)
