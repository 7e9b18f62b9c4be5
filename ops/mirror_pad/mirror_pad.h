// MIRROR_PAD: the input with a border that mirrors it. Any type of 1, 2, 4 or 8 bytes; the widths are a constant.
//
//   reflect:   abc -> cb|abc|ba   the edge is the mirror: at most n - 1 elements on a side
//   symmetric: abc -> ba|abc|cb   the edge is in the mirror: at most n
#pragma once
#include "ops/common/pad.h"

namespace midge {

struct MirrorPadData {
  StridedCopy inside;
  Border border;
  int32_t skipped;  ///< of the edge: reflect 1, symmetric 0
};

}  // namespace midge
