// STRIDED_SLICE: in[begin:end:stride, ...] as NumPy slices. Any type of 1, 2, 4 or 8 bytes.
//
// The masks are the format's: bit i of begin_mask or end_mask ignores that bound, of shrink_axis_mask takes one element and drops the
// dimension, of new_axis_mask inserts a dimension of 1, of ellipsis_mask stands for as many whole dimensions as are needed
// (also for none, where LiteRT's kernel goes wrong). With the offset option, end counts from begin.
//
// Begin, end and strides are int32 or int64, constant or computed at run time. Where one is computed, the file's shape of the output
// is used; eval() gives kBadData where the slice has another one.
#pragma once
#include "ops/common/movement.h"

namespace midge {

/// What a slice follows from, but for the bounds themselves.
struct StridedSliceRule {
  Shape in;
  uint32_t bounds;          ///< elements of begin, end and strides
  uint32_t bound_bytes[3];  ///< of an element of each
  uint32_t begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask;
  uint32_t from_begin;      ///< end counts from begin
};

struct StridedSliceData {
  StridedCopy copy;   ///< of a computed slice only its shape
  uint32_t computed;
  // where it is, followed by a StridedSliceRule
};

}  // namespace midge
