// BATCH_MATMUL: out[..,m,n] = sum over k of a[..,m,k] * b[..,k,n], with adj_x of a[..,k,m], with adj_y of b[..,n,k]
//
// Dimensions in front of the last two broadcast as in NumPy. Either operand may be a constant.
// Types: int8 (also with int32 output: the sum of the products as they are, without zero points), int16, int16 with int8 b, float32,
// and hybrid: float32 a with int8 b, each row of a quantised at each inference.
#pragma once
#include "kernels/broadcast/broadcast.h"
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct BatchMatMulShape {
  Broadcast batches;  ///< over matrices
  int32_t rows, columns, depth;
  int32_t a_row, a_depth, b_column, b_depth;  ///< elements from one row, column or product to the next
};

struct BatchMatMulQ {
  BatchMatMulShape shape;
  int32_t a_offset, b_offset;  ///< minus the zero points
  Multiplier multiplier;
  OutputStage out;
};

struct BatchMatMulHybrid {
  BatchMatMulShape shape;
  Quantization b_scales;
  uint32_t symmetric_input;
};

}  // namespace midge
