// CUMSUM: out[..., i, ...] = sum of in[..., j, ...] over j <= i along the axis; j < i where `exclusive`, j >= i (or >) where `reverse`.
//
// Types: float32; int32 and int64 (sums wrap); int8 as TensorFlow Lite Micro has it: sums of 32 bits with 19 fraction bits, which wrap
// beyond 4,095 steps and start from minus the input's zero point. The axis is one int32, constant or computed.
#pragma once
#include "base/fixed_point.h"
#include "kernels/requantize/requantize.h"
#include "ops/context.h"

namespace midge {

struct CumsumData {
  Shape shape;
  int32_t exclusive, reverse;
};

struct CumsumS8 {
  CumsumData walk;
  int32_t input_offset;  ///< minus the input's zero point
  Multiplier rescale;    ///< input scale / output scale, less the fraction bits
  OutputStage out;
};

}  // namespace midge
