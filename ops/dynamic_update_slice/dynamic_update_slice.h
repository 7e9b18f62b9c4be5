// DYNAMIC_UPDATE_SLICE: the input with a part overwritten by input 1, beginning at the position of input 2 (int32 or int64, computed
// or constant). The position is clamped so that the update lies within the input. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct UpdateSliceData {
  StridedCopy copy;         ///< of the update to the output's first element
  int32_t most[kMaxRank];   ///< the last position that fits, of each dimension
  uint32_t bytes;           ///< of the input
  uint32_t position_bytes;  ///< of one number of the position
};

}  // namespace midge
