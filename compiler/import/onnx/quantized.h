// Between numbers and their quantised form, as other converters use it.
#pragma once
#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {

/// scale * (x - zero); zero: -1 for 0. A constant becomes a constant that keeps its scales.
int32_t dequantize(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis, int64_t block);
int32_t quantize(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis, Type type);

}  // namespace midge::onnx
