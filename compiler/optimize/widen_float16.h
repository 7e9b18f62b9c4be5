// Networks with float16 weights as float32 ones: a DEQUANTIZE of a float16 constant becomes the float32 constant.
#pragma once
#include "compiler/ir/graph.h"

namespace midge {

/// In every graph; exact. Returns how many constants it widened. A DEQUANTIZE whose result is a graph output stays.
size_t widen_float16(ir::Module& module);

}  // namespace midge
