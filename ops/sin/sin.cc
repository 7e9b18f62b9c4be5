// SIN: prepare and eval.
#include "ops/sin/sin.h"

#include "base/float_trig.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<sin_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sin, midge::kAll)
