// CONCATENATION: the inputs one after the other along an axis. Any type of 1, 2, 4 or 8 bytes; quantised inputs share the
// output's scale and zero point.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct ConcatenationData {
  int32_t outer;      ///< product of the dimensions before the axis
  uint32_t out_bytes; ///< of one outer step of the output
  uint32_t inputs;
  // followed by inputs x uint32_t: bytes of one outer step of each input
};

}  // namespace midge
