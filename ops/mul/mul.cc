// MUL: prepare and eval.
#include "ops/mul/mul.h"

#include "ops/common/activation.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare_s8(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  const Tensor a = c.input(0), b = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(a));
  MIDGE_TRY(check_scale(b));
  MIDGE_TRY(check_scale(out));
  MulS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  p->a_offset = -a.zero_point();
  p->b_offset = -b.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation_of(c), out, -128, 127, &p->out.low, &p->out.high));
  return quantize_ratio(a.scale(), b.scale(), out.scale(), 0, &p->result).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status eval_s8(const EvalContext& c) {
  mul_s8_reference(c.data<MulS8>(), c.input<int8_t>(0), c.input<int8_t>(1), c.output<int8_t>(0));
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  return eval_binary_f32(c, [](float a, float b) { return a * b; });
}

Status eval_s32(const EvalContext& c) {
  return eval_binary_s32(c, [](int32_t a, int32_t b) { return wrapping_mul(a, b); });
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_binary_f32, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_binary_s32, eval_s32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(mul, midge::kAll)
