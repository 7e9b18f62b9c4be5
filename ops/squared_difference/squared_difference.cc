// SQUARED_DIFFERENCE: prepare and eval.
#include "ops/squared_difference/squared_difference.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T square(T a, T b) {
  const T difference = wrapped_difference(a, b);
  return wrapped_product(difference, difference);
}

template <class T>
T quantized_square(const QuantizedSum& p, T a, T b) {
  const int32_t x = multiply_twice_rounded(shift_left(a + p.pair.a_offset, p.left_shift), p.a.value, p.a.shift);
  const int32_t y = multiply_twice_rounded(shift_left(b + p.pair.b_offset, p.left_shift), p.b.value, p.b.shift);
  return static_cast<T>(requantize_pair(p.pair, (x - y) * (x - y), p.result));  // |x - y| < 2^15
}

constexpr Variant kAll[] = {pair_variant<quantized_square<int8_t>>(prepare_squared_difference),
                            pair_variant<quantized_square<int16_t>>(prepare_squared_difference), pair_variant<square<float>>(),
                            pair_variant<square<int32_t>>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(squared_difference, midge::kAll)
