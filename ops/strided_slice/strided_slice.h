// STRIDED_SLICE: in[begin:end:stride, ...] as NumPy slices, with begin, end and strides as constants.
//
// The masks are the format's: bit i of begin_mask or end_mask ignores that bound, of shrink_axis_mask takes one element and drops the
// dimension, of new_axis_mask inserts a dimension of 1, of ellipsis_mask stands for as many whole dimensions as are needed.
// With the offset option, end counts from begin. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"
