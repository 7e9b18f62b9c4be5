// SHAPE: the input's dimensions as an int32 or int64 tensor.
#pragma once
#include "ops/context.h"

namespace midge {

struct ShapeData {
  Shape shape;
  uint32_t wide;  ///< the output is int64
};

}  // namespace midge
