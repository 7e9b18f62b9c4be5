// RSQRT: prepare and eval.
#include "ops/rsqrt/rsqrt.h"

#include "base/float_math.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/registry.h"

namespace midge {
namespace {

float rsqrt_f32(float x) { return 1.0f / sqrt_f32(x); }

Status prepare_s8(PrepareContext& c) {
  Rescaled plan;
  MIDGE_TRY(plan_rescaled(c, &plan));
  RsqrtS8* p;
  MIDGE_TRY(c.allocate(&p));
  *p = RsqrtS8{plan.count, plan.input_offset, {}, plan.out};
  const float product = sqrt_f32(c.input(0).scale()) * c.output(0).scale();
  return quantize_ratio(1, 1, product, 0, &p->scale).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status eval_s8(const EvalContext& c) {
  constexpr int32_t kFraction = 20;  // bits that the root has more
  const RsqrtS8& p = c.data<RsqrtS8>();
  const Multiplier scale = {p.scale.value, p.scale.shift - kFraction};
  const int8_t* in = c.input<int8_t>(0);
  int8_t* out = c.output<int8_t>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t x = in[i] + p.input_offset;
    if (x < 0) return Code::kBadData;
    const Multiplier root = fixed_inverse_sqrt(x);
    const int32_t fine = multiply_twice_rounded(1, root.value, root.shift + kFraction);
    out[i] = static_cast<int8_t>(x == 0 ? p.out.high : requantize(fine, scale, p.out));
  }
  return Code::kOk;
}

Status prepare_s16(PrepareContext& c) { return prepare_table_s16(c, {rsqrt_f32, true, 32767.0f * c.output(0).scale()}); }

Status eval_s16(const EvalContext& c) {
  const int32_t count = c.data<TableS16>().count;
  const int16_t* in = c.input<int16_t>(0);
  for (int32_t i = 0; i < count; ++i) {
    if (in[i] < 0) return Code::kBadData;
  }
  return eval_table_s16(c);
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<rsqrt_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(rsqrt, midge::kAll)
