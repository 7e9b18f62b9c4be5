// What EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER and GREATER_EQUAL share. A relation is a struct with a static holds(a, b).
//
// 8-bit inputs are brought to a common scale of real numbers, with 8 more bits, and compared as int32; so is int16 for equality, but not for
// order: there LiteRT compares the integers as they are. A scale of 1 and above, which the references cannot hold, divides both by a power of two.
#pragma once
#include "base/fixed_point.h"
#include "ops/common/pairs.h"

namespace midge {

struct ScaledComparison {
  Broadcast shape;
  int32_t a_offset, b_offset;  ///< minus the zero points
  Multiplier a, b;
};

/// int16 may be without scales, which is then compared exactly.
Status prepare_scaled_comparison(PrepareContext& c);

template <class Relation, class T>
bool compare(T a, T b) {
  return Relation::holds(a, b);
}

template <class Relation, class T>
bool compare_scaled(const ScaledComparison& p, T a, T b) {
  constexpr int32_t kExtraBits = 8;
  return Relation::holds(multiply_twice_rounded(shift_left(a + p.a_offset, kExtraBits), p.a.value, p.a.shift),
                         multiply_twice_rounded(shift_left(b + p.b_offset, kExtraBits), p.b.value, p.b.shift));
}

template <class Relation>
struct Ordering {
  static constexpr Variant kAll[] = {pair_variant<compare_scaled<Relation, int8_t>>(prepare_scaled_comparison),
                                     pair_variant<compare_scaled<Relation, uint8_t>>(prepare_scaled_comparison),
                                     pair_variant<compare<Relation, int16_t>>(),
                                     pair_variant<compare<Relation, int32_t>>(),
                                     pair_variant<compare<Relation, int64_t>>(),
                                     pair_variant<compare<Relation, float>>()};
};

template <class Relation>
struct Equality {
  static constexpr Variant kAll[] = {pair_variant<compare_scaled<Relation, int8_t>>(prepare_scaled_comparison),
                                     pair_variant<compare_scaled<Relation, uint8_t>>(prepare_scaled_comparison),
                                     pair_variant<compare_scaled<Relation, int16_t>>(prepare_scaled_comparison),
                                     pair_variant<compare<Relation, int32_t>>(),
                                     pair_variant<compare<Relation, int64_t>>(),
                                     pair_variant<compare<Relation, float>>(),
                                     pair_variant<compare<Relation, bool>>()};
};

}  // namespace midge
