// ADD: prepare and eval.
#include "ops/add/add.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T add(const Binary<T>& p, T a, T b) {
  return clamp(wrapped_sum(a, b), p.low, p.high);
}

int16_t add_plain(const QuantizedSum& p, int16_t a, int16_t b) { return wrap_and_clamp(p.pair, a + b); }

Status prepare_s16(PrepareContext& c) { return has_no_scales(c) ? prepare_plain_s16<QuantizedSum>(c) : prepare_sum_s16(c); }

Status eval_s16(const EvalContext& c) {
  return c.data<QuantizedSum>().plain != 0 ? eval_pairs<add_plain>(c) : eval_pairs<quantized_sum<int16_t, +1>>(c);
}

constexpr Variant kAll[] = {pair_variant<quantized_sum<int8_t, +1>>(prepare_sum),
                            pair_variant<quantized_sum<uint8_t, +1>>(prepare_sum),
                            pair_variant<quantized_sum<int16_t, +1>>(prepare_s16, eval_s16),
                            pair_variant<add<float>>(prepare_binary<float>),
                            pair_variant<add<int32_t>>(prepare_binary<int32_t>),
                            pair_variant<add<int64_t>>(prepare_binary<int64_t>)};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(add, midge::kAll)
