// Constants computed from constants.
#pragma once
#include <cstddef>

#include "compiler/ir/graph.h"

namespace midge {

/// What a fold may add to the file by default: small tables and shapes, not a float copy of float16 or int8 weights.
inline constexpr size_t kFoldGrowth = 4096;

/// Runs every operator whose inputs are constants by the device's kernels, and puts the result in its place, unless the result is more
/// than `growth` bytes larger than the inputs. With SIZE_MAX stored weights (float16, int8 through DEQUANTIZE) become float32.
/// Returns whether the graph changed.
bool fold_constants(ir::Graph& graph, size_t growth = kFoldGrowth);

}  // namespace midge
