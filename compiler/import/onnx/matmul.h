// Products of matrices as other converters use them.
#pragma once
#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {

/// numpy's matmul of floats.
int32_t matmul(Lowering& l, int32_t a, int32_t b);
/// alpha * a * b + beta * c by the node's attributes; c: -1 for none.
int32_t gemm(Lowering& l, int32_t a, int32_t b, int32_t c);

}  // namespace midge::onnx
