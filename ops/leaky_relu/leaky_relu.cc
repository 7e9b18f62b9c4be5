// LEAKY_RELU: prepare and eval.
#include "ops/leaky_relu/leaky_relu.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kAlpha = 0;  // option field

Status prepare_quantised(PrepareContext& c) {
  LeakyReluQuantised plan;
  MIDGE_TRY(plan_rescaled(c, &plan.positive));
  const float alpha = c.options().f32(kAlpha), magnitude = __builtin_fabsf(alpha);
  plan.alpha_sign = alpha < 0 ? -1 : 1;
  if (!(magnitude < __builtin_inff())) return Code::kUnsupportedOption;
  if (!scale_ratio(c.contract(), c.input(0).scale(), magnitude, c.output(0).scale(), &plan.alpha).ok())
    return c.fail_output(0, Code::kScaleRange);
  LeakyReluQuantised* p;
  MIDGE_TRY(c.allocate(&p));
  *p = plan;
  return Code::kOk;
}

template <class T>
Status eval_quantised(const EvalContext& c) {
  const LeakyReluQuantised& p = c.data<LeakyReluQuantised>();
  const OutputStage& out = p.positive.out;
  return map_elements<T>(c, p.positive.count, [&](T q) {
    const int32_t x = q + p.positive.input_offset;
    if (x >= 0) return requantize(x, p.positive.ratio, out);
    const int32_t product = wrapping_mul(multiply_twice_rounded(x, p.alpha.value, p.alpha.shift), p.alpha_sign);
    return clamp(wrapping_add(product, out.offset), out.low, out.high);
  });
}

Status prepare_f32(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  LeakyReluF32* p;
  MIDGE_TRY(c.allocate(&p));
  *p = LeakyReluF32{count, c.options().f32(kAlpha)};
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  const LeakyReluF32& p = c.data<LeakyReluF32>();
  return map_elements<float>(c, p.count, [&](float x) { return x > 0 ? x : x * p.alpha; });
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_quantised, eval_quantised<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_quantised, eval_quantised<uint8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_quantised, eval_quantised<int16_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(leaky_relu, midge::kAll)
