// RIGHT_SHIFT: prepare and eval.
#include "ops/right_shift/right_shift.h"

#include "base/span.h"
#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T shifted_right(T a, T b) {
  constexpr T kMost = sizeof(T) * 8 - 1;
  return static_cast<T>(a >> clamp(b, T{0}, kMost));
}

constexpr Variant kAll[] = {pair_variant<shifted_right<int8_t>>(),  pair_variant<shifted_right<uint8_t>>(),
                            pair_variant<shifted_right<int16_t>>(), pair_variant<shifted_right<uint16_t>>(),
                            pair_variant<shifted_right<int32_t>>(), pair_variant<shifted_right<uint32_t>>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(right_shift, midge::kAll)
