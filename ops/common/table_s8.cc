// See table_s8.h.
#include "ops/common/table_s8.h"

#include "base/fixed_point.h"
#include "ops/common/quantization.h"
#include "ops/common/unary.h"

namespace midge {

namespace {

void fill_from_real(const Tensor& in, FixedOutput output, float (*f)(float), int8_t* values) {
  const float inverse = 1.0f / output.scale;
  for (int32_t i = -128; i < 128; ++i) {
    const float x = in.scale() * static_cast<float>(i - in.zero_point());
    values[i + 128] = static_cast<int8_t>(clamp<int32_t>(round_to_int(f(x) * inverse) + output.zero_point, -128, 127));
  }
}

Status fill_from_fixed(const Tensor& in, int8_t (*f)(int32_t), int8_t* values) {
  constexpr int kIntegerBits = 4;
  Multiplier m;
  if (!quantize_ratio(in.scale(), 1, 1, 31 - kIntegerBits, &m).ok() || m.shift < 0) {
    return Status(Code::kScaleRange, Place::kTensor, in.index);
  }
  // The largest input whose multiple still fits Q4.
  const int32_t radius = static_cast<int32_t>((INT64_C(15) << (31 - kIntegerBits)) >> m.shift);
  for (int32_t i = -128; i < 128; ++i) {
    const int32_t x = i - in.zero_point();
    int8_t v = x < 0 ? -128 : 127;
    if (x > -radius && x < radius) v = f(multiply_twice_rounded(x, m.value, m.shift));
    values[i + 128] = v;
  }
  return Code::kOk;
}

}  // namespace

Status prepare_table_s8(PrepareContext& c, FixedOutput output, const TableFunction& f) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  if (out.scale() != output.scale || out.zero_point() != output.zero_point) return c.fail_output(0, Code::kNoScale);
  TableS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  if (c.contract() == Contract::kTflm) return fill_from_fixed(in, f.fixed, p->values);
  fill_from_real(in, output, f.real, p->values);
  return Code::kOk;
}

Status eval_table_s8(const EvalContext& c) {
  const TableS8& p = c.data<TableS8>();
  const int8_t* in = c.input<int8_t>(0);
  int8_t* out = c.output<int8_t>(0);
  for (int32_t i = 0; i < p.count; ++i) out[i] = p.values[in[i] + 128];
  return Code::kOk;
}

}  // namespace midge
