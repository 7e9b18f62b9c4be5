// See binary.h.
#include "ops/common/binary.h"

#include "ops/common/activation.h"
#include "ops/common/quantization.h"

namespace midge {
namespace {

constexpr int32_t kSumExtraBits = 20;  // that the inputs of a sum are shifted up by

}  // namespace

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(0)); }

Status prepare_broadcast(PrepareContext& c, Broadcast* plan) {
  MIDGE_TRY(c.expect(2, 2));
  Shape out;
  if (!plan_broadcast(c.input(0).shape, c.input(1).shape, &out, plan).ok()) return c.fail_input(1, Code::kShapeMismatch);
  return c.set_output_shape(0, out);
}

Status prepare_binary_f32(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  BinaryF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  return activation_range_f32(activation_of(c), &p->low, &p->high);
}

Status prepare_binary_s32(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  BinaryS32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  return activation_range_s32(activation_of(c), &p->low, &p->high);
}

Status prepare_sum_s8(PrepareContext& c, bool single_precision) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  const Tensor a = c.input(0), b = c.input(1), out = c.output(0);
  MIDGE_TRY(check_scale(a));
  MIDGE_TRY(check_scale(b));
  MIDGE_TRY(check_scale(out));
  SumS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  p->a_offset = -a.zero_point();
  p->b_offset = -b.zero_point();
  p->out.offset = out.zero_point();
  MIDGE_TRY(activation_range_q(activation_of(c), out, -128, 127, &p->out.low, &p->out.high));
  // Each input over twice the larger scale; twice the larger scale over the output's, less the extra bits.
  const float larger = max(a.scale(), b.scale());
  const auto ratio = [single_precision](float x, float y, int32_t exponent, Multiplier* m) {
    return single_precision ? quantize_ratio(x / y, 1, 1, exponent, m) : quantize_ratio(x, 1, y, exponent, m);
  };
  const bool fits = ratio(a.scale(), larger, -1, &p->a).ok() && ratio(b.scale(), larger, -1, &p->b).ok() &&
                    ratio(larger, out.scale(), 1 - kSumExtraBits, &p->result).ok();
  return fits && p->result.shift <= 0 ? Status() : c.fail_output(0, Code::kScaleRange);
}

void sum_s8_reference(const SumS8& p, const int8_t* a, const int8_t* b, int32_t sign, int8_t* out) {
  for_each_pair(p.shape, [&](int32_t o, int32_t i, int32_t j) {
    const int32_t x = multiply_twice_rounded(shift_left(a[i] + p.a_offset, kSumExtraBits), p.a.value, p.a.shift);
    const int32_t y = multiply_twice_rounded(shift_left(b[j] + p.b_offset, kSumExtraBits), p.b.value, p.b.shift);
    out[o] = requantize(x + sign * y, p.result.value, p.result.shift, p.out);
  });
}

}  // namespace midge
