// MINIMUM: prepare and eval.
#include "ops/minimum/minimum.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T smaller(T a, T b) {
  return a < b ? a : b;
}

constexpr Variant kAll[] = {pair_variant<smaller<int8_t>>(),  pair_variant<smaller<uint8_t>>(), pair_variant<smaller<int16_t>>(),
                            pair_variant<smaller<int32_t>>(), pair_variant<smaller<int64_t>>(), pair_variant<smaller<float>>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(minimum, midge::kAll)
