// BROADCAST_TO: the input, stretched to a shape as in NumPy: dimensions are aligned at the end, and those of size 1 are repeated.
// Any type of 1, 2, 4 or 8 bytes. The second input is the shape, of int32 or int64.
#pragma once
#include "ops/common/checked_ints.h"
#include "ops/common/movement.h"

namespace midge {

struct BroadcastToData {
  StridedCopy copy;  ///< with steps of 0 in the input
  CheckedInts dims;
};

}  // namespace midge
