// What operators share that only move elements: RESHAPE, CONCATENATION, PACK, PAD, STRIDED_SLICE, TRANSPOSE.
#pragma once
#include "kernels/copy/strided_copy.h"
#include "ops/context.h"

namespace midge {

/// kUnsupportedType unless input `slot` and output 0 have the same type, of 1, 2, 4 or 8 bytes. Scales are not looked at: the bytes
/// are moved as they are, as the contract does.
Status check_movable(const PrepareContext& c, uint32_t slot);

/// Stores a strided copy as the operator's prepared data; eval_strided_copy runs it from input 0 to output 0.
Status prepare_strided_copy(PrepareContext& c, const StridedCopy& copy);
Status eval_strided_copy(const EvalContext& c);

}  // namespace midge
