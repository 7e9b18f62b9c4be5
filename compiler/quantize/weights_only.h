// Smaller weights for a float network, without samples: activations stay float32.
//
//   kFloat16Weights  a constant becomes float16, with a DEQUANTIZE behind it
//   kDynamicRange    weights become int8; the kernels quantise their input at run time (hybrid)
//   kInt4Weights     as kDynamicRange with int4 where the device has kernels for it, int8 elsewhere
//
// Weights are symmetric: w = scale * q, q in [-127, 127] or [-7, 7], with a scale an output channel where the kernels take that. Biases
// and all constants that are no weights stay float32 in the integer schemes. weights_only.def lists whose weights become integers.
//
// A constant changes only where the file becomes smaller by it, and only where the device's own prepare() takes the operator with it:
// else it stays, so that what comes out runs whenever what went in did.
#pragma once
#include <functional>

#include "compiler/ir/graph.h"
#include "compiler/quantize/recipe.h"

namespace midge {

/// The module with smaller weights in the operators that are `wanted`; for Scheme::kFloat as it was, but with float16 constants widened.
/// DiagnosticError: exit 1 for weights that are NaN or infinite, exit 2 for a scheme that needs samples.
ir::Module quantize_weights(const ir::Module& module, Scheme scheme, const std::function<bool(const ir::Op&)>& wanted);

}  // namespace midge
