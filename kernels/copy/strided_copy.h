// strided_copy: moves elements of 1, 2, 4 or 8 bytes between two tensors that are stepped through differently. What
// TRANSPOSE, STRIDED_SLICE and PAD come down to.
#pragma once
#include "base/shape.h"

namespace midge {

struct StridedCopy {
  int32_t rank = 0;
  int32_t element_bytes = 1;
  int32_t dims[kMaxRank] = {};       ///< elements to move along each dimension
  int32_t from_step[kMaxRank] = {};  ///< elements that the source moves by
  int32_t to_step[kMaxRank] = {};
  int32_t from_start = 0;            ///< first element of the source
  int32_t to_start = 0;
};

void strided_copy(const StridedCopy& p, const void* from, void* to);

/// The copy that takes each element back.
StridedCopy turned_round(const StridedCopy& p);

/// The steps of a tensor of that shape in C order, one a dimension: to[d] is the product of the dimensions behind d.
void dense_steps(const Shape& shape, int32_t* to);

/// `count` elements, at least one, each a copy of the one at `value`.
void fill_elements(const void* value, int32_t element_bytes, int32_t count, void* to);

}  // namespace midge
