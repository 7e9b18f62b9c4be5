// RESHAPE: the same elements under another shape. Any type of 1, 2, 4 or 8 bytes.
//
// The shape is the second input if it is a constant, else the options' new_shape, else (a computed second input) what the file
// says of the output, with its open dimension fitted to the number of elements; eval() gives kBadData where the computed shape
// is another. One dimension may be -1. A second input that is not an int32 vector is ignored, as LiteRT does.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct ReshapeData {
  uint32_t bytes;
  int32_t checked_rank;  ///< of the shape that a computed second input must have; -1: nothing to check
  // followed by checked_rank x int32_t: its dimensions
};

}  // namespace midge
