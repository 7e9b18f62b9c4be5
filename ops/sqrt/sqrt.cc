// SQRT: prepare and eval.
#include "ops/sqrt/sqrt.h"

#include "base/float_math.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_quantised(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_unary_scales(c));
  const Tensor in = c.input(0), out = c.output(0);
  const IntegerRange range = range_of(out.type);
  SqrtQuantised* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SqrtQuantised{count, in.zero_point(), in.scale(), out.scale(), {out.zero_point(), range.low, range.high}};
  return Code::kOk;
}

template <class T>
Status eval_quantised(const EvalContext& c) {
  const SqrtQuantised& p = c.data<SqrtQuantised>();
  const T* in = c.input<T>(0);
  T* out = c.output<T>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t x = in[i] - p.input_zero_point;
    if (x < 0) return Code::kBadData;
    const float steps = sqrt_f32(p.input_scale * static_cast<float>(x)) / p.output_scale;
    const int32_t saturated = static_cast<int32_t>(min(steps, 65536.0f));
    out[i] = static_cast<T>(clamp(saturated + p.out.offset, p.out.low, p.out.high));
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_quantised, eval_quantised<int8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_quantised, eval_quantised<int16_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<sqrt_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sqrt, midge::kAll)
