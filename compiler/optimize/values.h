// What passes ask of tensors: is it float, which constant is it, does it apply to channels.
#pragma once
#include <optional>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

/// float32 without scales, dimensions known: arithmetic may be reordered.
bool is_float(const ir::Tensor& t);
/// All dimensions are known.
bool has_dims(const ir::Tensor& t);
/// Element type, scales and zero points are equal, so that equal bytes are equal numbers.
bool same_encoding(const ir::Tensor& a, const ir::Tensor& b);

/// The one value that all elements of a float32 constant have.
std::optional<float> uniform_float(const ir::Graph& graph, int32_t t);
/// A float32 constant that depends on nothing but the last dimension of what it is broadcast to, as `channels` values.
std::optional<std::vector<float>> channel_floats(const ir::Graph& graph, int32_t t, int32_t channels);
/// A constant of int32 or int64, as int32 where it fits.
std::optional<std::vector<int32_t>> int_values(const ir::Graph& graph, int32_t t);

/// The permutation of a TRANSPOSE with one constant: as many entries as its input has dimensions, each dimension once.
std::optional<std::vector<int32_t>> permutation_of(const ir::Graph& graph, const ir::Op& op);

/// Axes as numbers from 0 on, sorted, each once; nothing where one is out of range.
std::optional<std::vector<int32_t>> normal_axes(std::vector<int32_t> axes, size_t rank);

/// An operator with one output that has no more inputs than data: RELU, TANH...; its output has the dimensions of the input, each
/// element depends on one element.
bool is_unary_elementwise(Builtin code);
/// ADD, MUL, MAXIMUM...: two operands that are broadcast to each other.
bool is_binary_elementwise(Builtin code);

ir::Dims permuted(const ir::Dims& dims, const std::vector<int32_t>& permutation);
std::vector<int32_t> inverse(const std::vector<int32_t>& permutation);
bool is_identity(const std::vector<int32_t>& permutation);
/// Transposing moves only dimensions of 1, so that the bytes stay as they are.
bool moves_nothing(const ir::Dims& dims, const std::vector<int32_t>& permutation);
/// A constant, transposed: its elements have whole bytes. The channel dimension of its scales goes along.
ir::Tensor transposed(const ir::Tensor& constant, const std::vector<int32_t>& permutation);

/// Running it again gives the same, and nothing but its outputs tells that it ran: no random numbers, states, calls, or custom code.
bool is_repeatable(Builtin code);

}  // namespace midge
