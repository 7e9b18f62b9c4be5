// POW: out = a^b, the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int32, whose exponents must not be negative (kBadData at run time); float32. A single exponent for a larger a, if it is
// a positive integer or within 1e-5 of one, is applied by squaring in the type's arithmetic, as the contract does: int32 wraps
// around there, float32 stays finite. Elsewhere an int32 that does not fit is the lowest number.
#pragma once
#include "ops/common/pairs.h"

namespace midge {

struct PowData {
  Broadcast shape;
  int32_t one_exponent;  ///< input 1 is a single number, and the shapes differ
};

int32_t power_s32(const PowData& p, int32_t a, int32_t b);
float power_f32(const PowData& p, float a, float b);

}  // namespace midge
