// DIV: prepare and eval.
#include "ops/div/div.h"

#include "ops/registry.h"

namespace midge {
namespace {

float quotient(const Binary<float>& p, float a, float b) { return clamp(a / b, p.low, p.high); }
int32_t whole_quotient(const Binary<int32_t>& p, int32_t a, int32_t b) {
  return clamp(b == -1 ? wrapped_difference<int32_t>(0, a) : a / b, p.low, p.high);  // INT32_MIN / -1 wraps around
}
template <class T>
T scaled_quotient(const QuantizedProduct& p, T a, T b) {
  return static_cast<T>(quantized_quotient(p, a, b));
}

/// LiteRT takes the ratio of the scales in single precision, TFLM in double.
Status ratio(PrepareContext& c, Multiplier* m) {
  const float a = c.input(0).scale(), b = c.input(1).scale(), out = c.output(0).scale();
  MIDGE_TRY(c.contract() == Contract::kTflm ? quantize_quotient(a, b, out, m) : quantize_ratio(a / (b * out), 1, 1, 0, m));
  return m->shift <= kMostQuotientShift ? Code::kOk : Code::kScaleRange;
}

Status prepare_q(PrepareContext& c) { return prepare_product(c, false, ratio); }

template <class T>
Status eval_q(const EvalContext& c) {
  MIDGE_TRY(check_divisors<T>(c, static_cast<T>(-c.data<QuantizedProduct>().pair.b_offset)));
  return eval_pairs<scaled_quotient<T>>(c);
}

Status eval_s32(const EvalContext& c) {
  MIDGE_TRY(check_divisors<int32_t>(c, 0));
  return eval_pairs<whole_quotient>(c);
}

constexpr Variant kAll[] = {pair_variant<scaled_quotient<int8_t>>(prepare_q, eval_q<int8_t>),
                            pair_variant<scaled_quotient<uint8_t>>(prepare_q, eval_q<uint8_t>),
                            pair_variant<scaled_quotient<int16_t>>(prepare_q, eval_q<int16_t>),
                            pair_variant<quotient>(prepare_binary<float>), pair_variant<whole_quotient>(prepare_binary<int32_t>, eval_s32)};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(div, midge::kAll)
