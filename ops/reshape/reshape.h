// RESHAPE: the same elements under another shape. Any type of 1, 2, 4 or 8 bytes.
//
// The shape is the second input if it is a constant, else the options' new_shape, else (a computed second input) what the file
// says of the output, with its open dimension fitted to the number of elements. One dimension may be -1.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct ReshapeData {
  uint32_t bytes;
};

}  // namespace midge
