// COS: prepare and eval.
#include "ops/cos/cos.h"

#include "base/float_trig.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<cos_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(cos, midge::kAll)
