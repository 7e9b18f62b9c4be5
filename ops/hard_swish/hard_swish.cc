// HARD_SWISH: prepare and eval.
#include "ops/hard_swish/hard_swish.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

/// The ratio of two scales, rounded to 15 bits.
Status quantize_16(Contract contract, float scale, float to, HardSwish8::Multiplier16* out) {
  Multiplier m;
  MIDGE_TRY(scale_ratio(contract, scale, 1, to, &m));
  constexpr int32_t kHalf = 1 << 15;
  *out = {m.value >= INT32_MAX - kHalf ? INT16_MAX : (m.value + kHalf) >> 16, m.shift};
  return m.shift < -15 ? Code::kScaleRange : Code::kOk;
}

Status prepare_8(PrepareContext& c) {
  Rescaled rescaled;
  MIDGE_TRY(plan_rescaled(c, &rescaled));
  HardSwish8* p;
  MIDGE_TRY(c.allocate(&p));
  *p = HardSwish8{rescaled.count, rescaled.input_offset, {}, {}, rescaled.out};
  const float scale = c.input(0).scale() / 128;
  if (!quantize_16(c.contract(), scale, c.output(0).scale(), &p->output).ok() || p->output.exponent > 0)
    return c.fail_output(0, Code::kScaleRange);
  return quantize_16(c.contract(), scale, 3.0f / 32768, &p->gate).ok() ? Status() : c.fail_input(0, Code::kScaleRange);
}

template <class T>
Status eval_8(const EvalContext& c) {
  const HardSwish8& p = c.data<HardSwish8>();
  return map_elements<T>(c, p.count, [&](T x) { return hard_swish_reference(p, x + p.input_offset); });
}

float hard_swish_f32(float x) { return x * min(6.0f, max(0.0f, x + 3.0f)) / 6.0f; }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_8, eval_8<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_8, eval_8<uint8_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<hard_swish_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(hard_swish, midge::kAll)
