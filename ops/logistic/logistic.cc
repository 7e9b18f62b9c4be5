// LOGISTIC: prepare and eval.
#include "ops/logistic/logistic.h"

#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr float kOutputScale = 1.0f / 256;

float logistic_for_table(float x) { return 1.0f / (1.0f + exp_nearest(-x)); }
float logistic_f32(float x) { return 1.0f / (1.0f + exp_f32(-x)); }
int8_t logistic_q4_to_s8(int32_t x) {
  return static_cast<int8_t>(clamp<int32_t>(rounding_divide_by_pot(fixed_logistic(x), 23) - 128, -128, 127));
}

Status prepare_8(PrepareContext& c) {
  MIDGE_TRY(check_output_scale(c, kOutputScale));
  return prepare_table_8(c, {logistic_for_table});
}

Status prepare_s8(PrepareContext& c) {
  return c.contract() == Contract::kTflm ? prepare_table_s8_fixed(c, {kOutputScale, -128}, logistic_q4_to_s8) : prepare_8(c);
}

Status prepare_s16(PrepareContext& c) { return prepare_sigmoid_s16(c, false); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_8},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_sigmoid_s16<logistic_s16>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<logistic_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(logistic, midge::kAll)
