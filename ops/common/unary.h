// What elementwise operators with one input share.
#pragma once
#include "ops/context.h"

namespace midge {

struct UnaryF32 {
  int32_t count;
};

/// One input, one output of the same shape; *count is the number of elements.
Status prepare_unary_shape(PrepareContext& c, int32_t* count);
Status prepare_unary_f32(PrepareContext& c);

}  // namespace midge
