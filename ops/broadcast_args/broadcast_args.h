// BROADCAST_ARGS: the shape that two shapes broadcast to, as in NumPy. Vectors of int32 or int64, of any length up to 6.
//
//   out[-i] = a[-i] == 1 ? b[-i] : a[-i], a missing dimension being 1; kBadData where neither is 1 and they differ
#pragma once
#include "ops/context.h"

namespace midge {

struct BroadcastArgsData {
  int32_t a, b;  ///< lengths
};

}  // namespace midge
