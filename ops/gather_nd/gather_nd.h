// GATHER_ND: out = slices of the input at the positions of input 1 (int16, int32 or int64). Any type of 1, 2, 4 or 8 bytes.
//
//   out[p..., i...] = in[positions[p..., 0], ..., positions[p..., k - 1], i...]
//
// A position that is negative or beyond its dimension makes eval() give kBadData.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct GatherNdData {
  int32_t slices;           ///< product of the dimensions p
  int32_t depth;            ///< k
  uint32_t slice_bytes;     ///< of the dimensions i
  uint32_t position_bytes;  ///< of one number of a position
  int32_t dims[kMaxRank];   ///< of the input, the first k
};

}  // namespace midge
