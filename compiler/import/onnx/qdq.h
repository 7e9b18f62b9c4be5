// Quantised ONNX models come as float operators between DequantizeLinear and QuantizeLinear. After lowering that is a graph of
// DEQUANTIZE, float operators and QUANTIZE; here each float operator whose inputs are dequantised and whose output is quantised
// becomes the integer operator.
#pragma once
#include <vector>

#include "compiler/ir/graph.h"
#include "report/diagnostic.h"

namespace midge::onnx {

/// Float constants carry in Tensor::quantization the scales that they were dequantised with. Does nothing to a graph without
/// QUANTIZE and DEQUANTIZE. What stays in float between quantised operators is a warning that names it.
void integer_graph(ir::Graph& graph, std::vector<Diagnostic>& warnings);

}  // namespace midge::onnx
