// See unary.h.
#include "ops/common/unary.h"

#include "ops/common/quantization.h"

namespace midge {

Status prepare_unary_shape(PrepareContext& c, int32_t* count) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape shape = c.input(0).shape;
  *count = shape.count();
  return c.set_output_shape(0, shape);
}

Status prepare_unary(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  Unary* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  return Code::kOk;
}

Status check_unary_scales(const PrepareContext& c) {
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  if (in.type == Type::kInt16 && in.zero_point() != 0) return c.fail_input(0, Code::kQuantization);
  if (out.type == Type::kInt16 && out.zero_point() != 0) return c.fail_output(0, Code::kQuantization);
  return Code::kOk;
}

Status plan_rescaled(PrepareContext& c, Rescaled* plan) {
  MIDGE_TRY(prepare_unary_shape(c, &plan->count));
  MIDGE_TRY(check_unary_scales(c));
  const Tensor in = c.input(0), out = c.output(0);
  const IntegerRange range = range_of(out.type);
  plan->input_offset = -in.zero_point();
  plan->out = OutputStage{out.zero_point(), range.low, range.high};
  return scale_ratio(c.contract(), in.scale(), 1, out.scale(), &plan->ratio).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

}  // namespace midge
