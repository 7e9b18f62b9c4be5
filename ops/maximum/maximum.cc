// MAXIMUM: prepare and eval.
#include "ops/maximum/maximum.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T larger(T a, T b) {
  return a > b ? a : b;
}

constexpr Variant kAll[] = {pair_variant<larger<int8_t>>(),  pair_variant<larger<uint8_t>>(), pair_variant<larger<int16_t>>(),
                            pair_variant<larger<int32_t>>(), pair_variant<larger<int64_t>>(), pair_variant<larger<float>>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(maximum, midge::kAll)
