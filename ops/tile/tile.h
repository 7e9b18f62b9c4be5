// TILE: the input repeated multiples[d] times along each dimension d. Any type of 1, 2, 4 or 8 bytes.
//
// The second input holds the multiples, one a dimension, of int32 or int64.
#pragma once
#include "ops/common/checked_ints.h"
#include "ops/common/movement.h"

namespace midge {

struct TileData {
  CheckedInts multiples;
  int32_t rank;             ///< after merging each dimension that is not repeated with the one before it; at least 1
  int32_t dims[kMaxRank];   ///< of the input
  int32_t times[kMaxRank];
  uint32_t row_bytes;       ///< of the input's last dimension
};

}  // namespace midge
