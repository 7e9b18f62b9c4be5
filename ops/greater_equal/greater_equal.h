// GREATER_EQUAL: out = a >= b as bool, the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types of the inputs: int8, uint8, int16, int32, int64, float32. Quantised ones may have different scales: see ops/common/compare.h.
#pragma once
#include "ops/common/compare.h"

namespace midge {

struct GreaterEqual {
  template <class T>
  static bool holds(T a, T b) {
    return a >= b;
  }
};

}  // namespace midge
