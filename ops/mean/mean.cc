// MEAN: prepare and eval.
#include "ops/mean/mean.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kKeepDims = 0;  // option field

Status prepare_shape(PrepareContext& c, MeanShape* s) {
  MIDGE_TRY(c.expect(2, 2, 1, 1));  // no axes: nothing is reduced
  const Shape in = c.input(0).shape;
  int32_t axes[2 * kMaxRank];
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, axes, 2 * kMaxRank, &count));
  bool reduce[kMaxRank] = {};
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t axis = axes[i] < 0 ? axes[i] + in.rank : axes[i];
    if (axis < 0 || axis >= in.rank) return c.fail_input(1, Code::kBadValue);
    reduce[axis] = true;
  }
  *s = MeanShape{};
  s->outputs = s->count = 1;
  const bool keep = c.options().boolean(kKeepDims);
  Shape out;
  for (int32_t d = 0; d < in.rank; ++d) {
    const int32_t step = in.product(d + 1, in.rank);
    if (reduce[d]) {
      s->reduced_dims[s->reduced] = in[d];
      s->reduced_step[s->reduced++] = step;
      s->count *= in[d];
    } else {
      s->kept_dims[s->kept] = in[d];
      s->kept_step[s->kept++] = step;
      s->outputs *= in[d];
    }
    if (!reduce[d] || keep) out.dims[out.rank++] = reduce[d] ? 1 : in[d];
  }
  return c.set_output_shape(0, out);
}

Status prepare_s8(PrepareContext& c) {
  MeanShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  if (shape.count > 1 << 23) return c.fail_input(0, Code::kTooLarge);  // the sum is 32 bits
  MeanS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->input_zero_point = in.zero_point();
  p->out = OutputStage{out.zero_point(), -128, 127};
  Multiplier m;
  if (!quantize_ratio(in.scale(), 1, out.scale(), 0, &m).ok()) {
    return c.fail_output(0, Code::kScaleRange);
  }
  // 1 / count goes into the multiplier: as many bits of it as the shift leaves room for.
  int32_t shift = 31 - __builtin_clz(static_cast<uint32_t>(shape.count));
  shift = min(shift, 31 + m.shift);
  p->rescale.value = static_cast<int32_t>((static_cast<int64_t>(m.value) << shift) / shape.count);
  p->rescale.shift = m.shift - shift;
  return Code::kOk;
}

Status eval_s8(const EvalContext& c) {
  mean_s8_reference(c.data<MeanS8>(), c.input<int8_t>(0), c.output<int8_t>(0));
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  MeanShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  MeanF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  mean_f32_reference(c.data<MeanF32>(), c.input<float>(0), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt32, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(mean, midge::kAll)
