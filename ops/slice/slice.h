// SLICE: out = in[begin : begin + size] along each dimension; a size of -1 reaches to the end. Any type of 1, 2, 4 or 8 bytes.
//
// Begin and size are int32 or int64, constant or computed at run time. Where one is computed, the file's shape of the output is
// used; eval() gives kBadData where the slice leaves the input or has another shape.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct SliceData {
  StridedCopy copy;  ///< of a computed slice only its shape
  uint32_t computed;
  // where it is, followed by a ComputedSlice
};

struct ComputedSlice {
  Shape in;
  uint32_t begin_bytes, size_bytes;  ///< of an element
};

}  // namespace midge
