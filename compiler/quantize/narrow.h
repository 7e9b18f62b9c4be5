// One constant in fewer bits: float16, or symmetric integers with a scale for the tensor or one for each index of an axis.
#pragma once
#include <optional>

#include "compiler/ir/graph.h"

namespace midge {

/// w = scale * q with q in [-(2^(bits-1) - 1), 2^(bits-1) - 1]; bits is 8 or 4. axis -1: one scale. In 8 bits the largest weight is kept; in
/// 4 the scale is that of the least squared error among several, which cuts the largest weights off. A channel of zeros has scale 1.
/// `weights` is a finite float32 constant with dimensions; int4 is packed as the file has it, the first in the lower half of a byte.
ir::Tensor narrow_to_integers(const ir::Tensor& weights, uint32_t bits, int32_t axis);

/// Nothing if a weight lies outside of float16.
std::optional<ir::Tensor> narrow_to_float16(const ir::Tensor& weights);

/// Of the file: elements, scales and zero points.
size_t stored_bytes(const ir::Tensor& constant);

}  // namespace midge
