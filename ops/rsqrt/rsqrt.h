// RSQRT: out = 1 / sqrt(x)
//
// Types: int8, in the contract's fixed point; int16, by a table (ops/common/table.h); float32. A quantised 0 gives the largest output; a
// negative x is refused at run time.
#pragma once
#include "ops/common/table.h"
#include "ops/common/unary.h"

namespace midge {

struct RsqrtS8 {
  int32_t count;
  int32_t input_offset;  ///< minus the input's zero point
  Multiplier scale;  ///< 1 / (sqrt(input scale) * output scale), the product in single precision
  OutputStage out;
};

}  // namespace midge
