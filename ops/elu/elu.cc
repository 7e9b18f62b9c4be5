// ELU: prepare and eval.
#include "ops/elu/elu.h"

#include "base/float_math_libm.h"
#include "base/float_math_nearest.h"
#include "ops/registry.h"

namespace midge {
namespace {

float elu(float x) { return x < 0 ? expm1_as_libm(x) : x; }
float elu_tflm(float x) { return x < 0 ? exp_nearest(x) - 1.0f : x; }

Status prepare_s8(PrepareContext& c) { return prepare_table_8(c, {c.contract() == Contract::kTflm ? elu_tflm : elu}); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<elu>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(elu, midge::kAll)
