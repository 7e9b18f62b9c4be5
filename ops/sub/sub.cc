// SUB: prepare and eval.
#include "ops/sub/sub.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T subtract(const Binary<T>& p, T a, T b) {
  return clamp(wrapped_difference(a, b), p.low, p.high);
}

constexpr Variant kAll[] = {
    pair_variant<quantized_sum<int8_t, -1>>(prepare_sum),      pair_variant<quantized_sum<uint8_t, -1>>(prepare_sum),
    pair_variant<quantized_sum<int16_t, -1>>(prepare_sum_s16), pair_variant<subtract<float>>(prepare_binary<float>),
    pair_variant<subtract<int32_t>>(prepare_binary<int32_t>),  pair_variant<subtract<int64_t>>(prepare_binary<int64_t>)};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sub, midge::kAll)
