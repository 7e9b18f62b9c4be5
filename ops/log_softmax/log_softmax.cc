// LOG_SOFTMAX: prepare and eval.
#include "ops/log_softmax/log_softmax.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_q(PrepareContext& c) {
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  if (out.scale() != 1.0f / 16 || out.zero_point() != range_of(out.type).high) return c.fail_output(0, Code::kNoScale);
  Exponentials exponentials;
  if (!prepare_exponentials(in.scale(), 1, &exponentials).ok()) return c.fail_input(0, Code::kScaleRange);
  Multiplier inverse;
  const Multiplier& m = exponentials.scale;
  MIDGE_TRY(quantize_ratio_by_integer(1, 1, static_cast<uint32_t>(m.value), 31 - m.shift, &inverse));
  if (inverse.shift > 0) return c.fail_input(0, Code::kScaleRange);
  LogSoftmaxQ* p;
  MIDGE_TRY(c.allocate(&p));
  *p = {shape, exponentials, inverse};
  return Code::kOk;
}

template <class T>
Status eval_q(const EvalContext& c) {
  log_softmax_q_reference(c.data<LogSoftmaxQ>(), c.input<T>(0), c.output<T>(0));
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  log_softmax_f32_reference(c.data<RowShape>(), c.input<float>(0), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_q, eval_q<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_q, eval_q<uint8_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_rows_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(log_softmax, midge::kAll)
