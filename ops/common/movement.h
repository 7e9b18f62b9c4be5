// What operators share that only move elements: RESHAPE, TRANSPOSE, SLICE, GATHER and their like.
#pragma once
#include "kernels/copy/strided_copy.h"
#include "ops/context.h"

namespace midge {

/// kUnsupportedType unless input `slot` and output `to` have the same type, of 1, 2, 4 or 8 bytes. Scales are not looked at: the
/// bytes are moved as they are, as the contract does.
Status check_movable(const PrepareContext& c, uint32_t slot, uint32_t to = 0);

/// Stores a strided copy as the operator's prepared data; eval_strided_copy runs it from input 0 to output 0.
Status prepare_strided_copy(PrepareContext& c, const StridedCopy& copy);
Status eval_strided_copy(const EvalContext& c);

/// The shape that a copy moves.
Shape moved_shape(const StridedCopy& copy);
/// Makes a dense tensor of that shape and type the target of a copy.
void set_target(const Shape& shape, Type type, StridedCopy* copy);

/// The bytes of input 0 under another shape.
struct BytesData {
  uint32_t bytes;
};
Status prepare_bytes(PrepareContext& c, const Shape& out);
Status eval_bytes(const EvalContext& c);

/// An axis below zero counts from the back. False if it is none of `rank` dimensions.
inline bool wrap_axis(int32_t* axis, int32_t rank) {
  if (*axis < 0) *axis += rank;
  return *axis >= 0 && *axis < rank;
}
/// The axis that a constant input of one element names.
Status constant_axis(const PrepareContext& c, uint32_t slot, int32_t rank, int32_t* axis);

/// A vector of at most kMaxRank bounds or positions, one a dimension: constant, or known at run time only.
struct Bounds {
  int32_t values[kMaxRank];
};
/// Reads `count` elements of int32 or int64, wherever they lie. What does not fit 32 bits saturates: no tensor reaches so far.
void read_bounds(const void* data, uint32_t element_bytes, uint32_t count, Bounds* out);
/// kUnsupportedType or kShapeMismatch unless input `slot` is a vector of int32 or int64 with `count` elements.
Status check_bounds(const PrepareContext& c, uint32_t slot, uint32_t count);

/// Element i of a tensor of int16, int32 or int64 (element_bytes 2, 4, 8), wherever it lies.
int64_t integer_at(const void* data, uint32_t element_bytes, uint32_t i);
/// kUnsupportedType unless input `slot` holds what integer_at() reads.
Status check_positions(const PrepareContext& c, uint32_t slot);

}  // namespace midge
