// REDUCE_PROD: out = the product of the input over the axes of the second input, see ops/common/reduce.h.
//
// Types: int8 and int16, where the input has a scale: each element that joins the product, and the output's scale at the end, brings a
// multiplier of input scale / output scale^(1 / count), so that the product keeps within 32 bits; products are 64 bits, rounded once.
// Without a scale, and uint8, int32, int64: the product of the integers, wrapping. float32; bool (whether all are true).
#pragma once
#include "ops/common/reduce.h"

namespace midge {

struct ProductQ {
  Reduction shape;
  int32_t quantized;  ///< 0: the integers are multiplied as they are
  int32_t input_zero_point;
  Multiplier step;
  OutputStage out;
};

}  // namespace midge
