// PRELU: prepare and eval.
#include "ops/prelu/prelu.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_shape(PrepareContext& c, Broadcast* plan) {
  MIDGE_TRY(c.expect(2, 2));
  Shape out;
  const Shape in = c.input(0).shape;
  if (!plan_broadcast(in, c.input(1).shape, &out, plan).ok() || out != in) return c.fail_input(1, Code::kShapeMismatch);
  return c.set_output_shape(0, out);
}

Status prepare_quantised(PrepareContext& c) {
  Broadcast shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), alpha = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(alpha));
  MIDGE_TRY(check_scale(out));
  const IntegerRange range = range_of(out.type);
  PreluQuantised* p;
  MIDGE_TRY(c.allocate(&p));
  *p = PreluQuantised{shape, -in.zero_point(), -alpha.zero_point(), {}, {}, {out.zero_point(), range.low, range.high}};
  const bool fits = scale_ratio(c.contract(), in.scale(), 1, out.scale(), &p->positive).ok() &&
                    scale_ratio(c.contract(), in.scale(), alpha.scale(), out.scale(), &p->negative).ok();
  return fits ? Status() : c.fail_output(0, Code::kScaleRange);
}

template <class T, class Alpha>
Status eval_quantised(const EvalContext& c) {
  const PreluQuantised& p = c.data<PreluQuantised>();
  const T* in = c.input<T>(0);
  const Alpha* alpha = c.input<Alpha>(1);
  T* out = c.output<T>(0);
  for_each_pair(p.shape, [&](int32_t o, int32_t i, int32_t j) {
    const int32_t x = in[i] + p.input_offset;
    out[o] = static_cast<T>(x >= 0 ? requantize(x, p.positive, p.out) : requantize(x * (alpha[j] + p.alpha_offset), p.negative, p.out));
  });
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  Broadcast shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  PreluF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  const float *in = c.input<float>(0), *alpha = c.input<float>(1);
  float* out = c.output<float>(0);
  for_each_pair(c.data<PreluF32>().shape, [&](int32_t o, int32_t i, int32_t j) { out[o] = in[i] >= 0 ? in[i] : in[i] * alpha[j]; });
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_quantised, eval_quantised<int8_t, int8_t>},
                            {Type::kUint8, Type::kUint8, Type::kUint8, prepare_quantised, eval_quantised<uint8_t, uint8_t>},
                            {Type::kInt16, Type::kInt8, Type::kInt16, prepare_quantised, eval_quantised<int16_t, int8_t>},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(prelu, midge::kAll)
