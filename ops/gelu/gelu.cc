// GELU: prepare and eval.
#include "ops/gelu/gelu.h"

#include "base/float_math_libm.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kApproximate = 0;  // option field

float gelu_for_table(float x) { return 0.5f * x * erfc_as_libm(x * -0.707106781f); }
float gelu_f32(float x) { return 0.5f * x * erfc_f32(x * -0.707106781f); }
float gelu_approximate_for_table(float x) { return 0.5f * x * (1.0f + tanh_as_libm(0.797884561f * (x + 0.044715f * x * x * x))); }

/// tanh(x) as a quotient of polynomials of degree 9 and 8, exactly 1 from 7.9 on, within 4 steps of the nearest float: the one that the
/// contract has here. 1 + tanh cancels below 0, so that another one of the same quality gives another result.
float tanh_quotient(float x) {
  constexpr float kEnd = 7.90738964f;
  x = clamp(x, -kEnd, kEnd);
  const float x2 = x * x, x3 = x2 * x;
  const float p = x2 * (x2 * (x2 * 1.394553628e-8f + 2.102733560e-5f) + 3.520756727e-3f) + 1.340216100e-1f;
  const float q = x2 * (x2 * (x2 * 8.015776984e-7f + 3.326951409e-4f) + 2.597254514e-2f) + 4.673548340e-1f;
  return (x3 * p + x) / (x2 * q + 1.0f);
}
float gelu_approximate_f32(float x) { return 0.5f * x * (1.0f + tanh_quotient(0.797884561f * (x + 0.044715f * (x * x * x)))); }

TableFunction function_of(const PrepareContext& c) {
  return {c.options().boolean(kApproximate) ? gelu_approximate_for_table : gelu_for_table};
}

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
  return map_elements<float>(c, p.count, p.approximate != 0 ? gelu_approximate_f32 : gelu_f32);
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_8, eval_table_8},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_table_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(gelu, midge::kAll)
