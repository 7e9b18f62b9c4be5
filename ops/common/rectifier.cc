// See rectifier.h.
#include "ops/common/rectifier.h"

#include "ops/common/activation.h"
#include "ops/common/quantization.h"
#include "ops/common/unary.h"

namespace midge {

Status prepare_rectifier_s8(PrepareContext& c, Activation activation) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  RectifierS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  p->input_offset = -in.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation, out, -128, 127, &p->out.low, &p->out.high));
  return quantize_ratio(in.scale(), 1, out.scale(), 0, &p->rescale).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status eval_rectifier_s8(const EvalContext& c) {
  const RectifierS8& p = c.data<RectifierS8>();
  const int8_t* in = c.input<int8_t>(0);
  int8_t* out = c.output<int8_t>(0);
  for (int32_t i = 0; i < p.count; ++i) out[i] = requantize(in[i] + p.input_offset, p.rescale.value, p.rescale.shift, p.out);
  return Code::kOk;
}

Status eval_rectifier_f32(const EvalContext& c, float low, float high) {
  const int32_t count = c.data<UnaryF32>().count;
  const float* in = c.input<float>(0);
  float* out = c.output<float>(0);
  for (int32_t i = 0; i < count; ++i) out[i] = clamp(in[i], low, high);
  return Code::kOk;
}

}  // namespace midge
