// MUL: prepare and eval.
#include "ops/mul/mul.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T multiply(const Binary<T>& p, T a, T b) {
  return clamp(wrapped_product(a, b), p.low, p.high);
}

int16_t multiply_plain(const QuantizedProduct& p, int16_t a, int16_t b) { return wrap_and_clamp(p.pair, a * b); }

/// LiteRT takes the ratio of the scales in single precision, TFLM in double.
Status ratio(PrepareContext& c, Multiplier* m) {
  const float a = c.input(0).scale(), b = c.input(1).scale(), out = c.output(0).scale();
  return c.contract() == Contract::kTflm ? quantize_ratio(a, b, out, 0, m) : quantize_ratio(a * b / out, 1, 1, 0, m);
}

Status prepare_q(PrepareContext& c) { return prepare_product(c, true, ratio); }
Status prepare_s16(PrepareContext& c) { return has_no_scales(c) ? prepare_plain_s16<QuantizedProduct>(c) : prepare_q(c); }

Status eval_s16(const EvalContext& c) {
  return c.data<QuantizedProduct>().plain != 0 ? eval_pairs<multiply_plain>(c) : eval_pairs<quantized_product<int16_t>>(c);
}

constexpr Variant kAll[] = {pair_variant<quantized_product<int8_t>>(prepare_q),
                            pair_variant<quantized_product<uint8_t>>(prepare_q),
                            pair_variant<quantized_product<int16_t>>(prepare_s16, eval_s16),
                            pair_variant<fixed_product<int8_t>>(prepare_q),
                            pair_variant<fixed_product<uint8_t>>(prepare_q),
                            pair_variant<multiply<float>>(prepare_binary<float>),
                            pair_variant<multiply<int32_t>>(prepare_binary<int32_t>),
                            pair_variant<multiply<uint32_t>>(prepare_binary<uint32_t>),
                            pair_variant<multiply<int64_t>>(prepare_binary<int64_t>)};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(mul, midge::kAll)
