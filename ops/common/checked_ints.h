// Shapes, sizes and multiples that an operator takes as an input: a constant of the file or, where they are computed at run time,
// what the file's own shape of the output implies, which eval() then compares.
#pragma once
#include "ops/context.h"

namespace midge {

struct CheckedInts {
  int32_t values[kMaxRank];
  int32_t count;
  uint32_t computed;       ///< the input has to be compared at run time
  uint32_t element_bytes;  ///< of the input, 4 or 8
};

/// Reads input `slot`, a vector of int32 or int64. *ints holds what the output implies, which stays if the input is computed.
/// kBadValue for negative values, kShapeMismatch where a computed input has another length.
Status read_ints(const PrepareContext& c, uint32_t slot, CheckedInts* ints);

/// The same where the input is the output's shape.
Status read_shape(const PrepareContext& c, uint32_t slot, CheckedInts* ints, Shape* shape);

/// kBadData unless the computed input holds these values.
Status check_ints(const EvalContext& c, uint32_t slot, const CheckedInts& ints);

}  // namespace midge
