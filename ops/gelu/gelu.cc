// GELU: prepare and eval.
#include "ops/gelu/gelu.h"

#include "base/float_math_libm.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kApproximate = 0;  // option field

float gelu_for_table(float x) { return 0.5f * x * erfc_as_libm(x * -0.707106781f); }
float gelu_f32(float x) { return 0.5f * x * erfc_f32(x * -0.707106781f); }
float gelu_approximate(float x) { return 0.5f * x * (1.0f + tanh_as_libm(0.797884561f * (x + 0.044715f * x * x * x))); }

TableFunction function_of(const PrepareContext& c) { return {c.options().boolean(kApproximate) ? gelu_approximate : gelu_for_table}; }

Status prepare_8(PrepareContext& c) { return prepare_table_8(c, function_of(c)); }
Status prepare_s16(PrepareContext& c) { return prepare_table_s16(c, function_of(c)); }

Status prepare_f32(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  GeluF32* p;
  MIDGE_TRY(c.allocate(&p));
  *p = GeluF32{count, c.options().boolean(kApproximate)};
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  const GeluF32& p = c.data<GeluF32>();
  return map_elements<float>(c, p.count, p.approximate != 0 ? gelu_approximate : gelu_f32);
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_8, eval_table_8},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_table_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(gelu, midge::kAll)
