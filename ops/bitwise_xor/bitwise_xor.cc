// BITWISE_XOR: prepare and eval.
#include "ops/bitwise_xor/bitwise_xor.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T differing_bits(T a, T b) {
  return static_cast<T>(a ^ b);
}

constexpr Variant kAll[] = {pair_variant<differing_bits<int8_t>>(),  pair_variant<differing_bits<uint8_t>>(),
                            pair_variant<differing_bits<int16_t>>(), pair_variant<differing_bits<uint16_t>>(),
                            pair_variant<differing_bits<int32_t>>(), pair_variant<differing_bits<uint32_t>>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(bitwise_xor, midge::kAll)
