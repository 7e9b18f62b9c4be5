// Operators that work on each row along the last dimension: SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION.
#pragma once
#include "ops/context.h"

namespace midge {

struct RowShape {
  int32_t rows, depth;
};

/// One input of rank 1 or more, one output of the same shape.
Status prepare_rows(PrepareContext& c, RowShape* s);

/// float32, with no more prepared data than the shape.
Status prepare_rows_f32(PrepareContext& c);

}  // namespace midge
