// REVERSE_V2: the input with the order along some axes (input 1, int32 or int64, constant or computed) turned round. Any type of 1, 2,
// 4 or 8 bytes. A computed axis that is out of range or named twice makes eval() give kBadData.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct ReverseData {
  StridedCopy copy;     ///< with the constant axes turned round
  uint32_t axes;        ///< computed ones; 0 where they are constant
  uint32_t axis_bytes;
};

}  // namespace midge
