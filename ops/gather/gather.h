// GATHER: out = slices of the input along an axis, at the positions of input 1 (int16, int32 or int64). Any type of 1, 2, 4 or 8 bytes.
//
//   out[b..., o..., p..., i...] = in[b..., o..., positions[b..., p...], i...]
//
// b: the first batch_dims dimensions, which both inputs have; o: those up to the axis; i: those behind it. A position that is
// negative or beyond the axis makes eval() give kBadData.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct GatherData {
  int32_t batches, outer, positions;  ///< products of the dimensions b, o and p
  int32_t axis_size;
  uint32_t slice_bytes;               ///< of the dimensions i
  uint32_t position_bytes;            ///< of one position
};

}  // namespace midge
