// Patterns of nodes that exporters write for one operator, put back together before lowering, while they are still recognisable.
#pragma once
#include "compiler/import/onnx/source.h"

namespace midge::onnx {

/// 0.5 * x * (1 + Erf(x / sqrt(2))), in any order of the factors, becomes Gelu.
void fuse_gelu(Body& body);

}  // namespace midge::onnx
