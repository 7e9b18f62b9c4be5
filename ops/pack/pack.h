// PACK: inputs of one shape stacked along a new axis. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct PackData {
  int32_t outer;         ///< product of the dimensions before the new axis
  uint32_t inner_bytes;  ///< of the dimensions after it
};

}  // namespace midge
