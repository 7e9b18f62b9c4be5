// PAD: the input with a border of zeros (for int8: of the output's zero point) of constant width. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct PadData {
  StridedCopy copy;
  uint32_t bytes;  ///< of the output
  int32_t fill;    ///< byte that it is filled with first
};

}  // namespace midge
