// ZEROS_LIKE: out = 0, in the shape of the input. Any type of 1, 2, 4 or 8 bytes; bytes are 0, whatever the zero point.
#pragma once
#include "ops/context.h"

namespace midge {

struct ZerosLikeData {
  uint32_t bytes;
};

}  // namespace midge
