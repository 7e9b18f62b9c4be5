// ADD_N: out = the sum of two or more inputs of one shape.
//
// Types: int8, whose inputs share a scale and zero point; int32 (wraps around), float32 (summed in the inputs' order).
#pragma once
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct AddNData {
  int32_t count;  ///< elements
};

struct AddNS8 {
  int32_t count;
  int32_t input_offset;  ///< minus the zero point
  int32_t start;         ///< of the sum: 0, or what TFLM begins with
  Multiplier result;     ///< input scale / output scale, less the sum's extra bits
  OutputStage out;
};

}  // namespace midge
