// From a float graph, a plan with its scales and the layers' integers to the graph that is written: types and scales of tensors,
// integer constants, and QUANTIZE and DEQUANTIZE wherever an operator reads another type or scale than was made.
#pragma once
#include "compiler/quantize/layerwise.h"

namespace midge {

/// Tensors keep their indices; new ones follow. Graph inputs and outputs that are float become `input` and `output`: int8 (int16
/// where the network's border is int16), uint8 or float32. DiagnosticError (exit 1) for what has no kernel.
ir::Graph lower(const ir::Graph& graph, const Plan& plan, const std::map<size_t, LayerWeights>& layers, Type input, Type output);

}  // namespace midge
