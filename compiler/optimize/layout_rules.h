// How an operator runs when its tensors are stored transposed.
//
// "Stored by p" means: dimension d of what is stored is dimension p[d] of the tensor as the graph has it. An operator can run on
// transposed tensors if its own numbers (axes, paddings, constant operands) can be changed so that it makes the same values, stored
// transposed. Convolutions, poolings and resizes cannot: the format has them in one layout only.
#pragma once
#include <optional>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/optimize/editor.h"

namespace midge {

using Permutation = std::vector<int32_t>;

/// How each input and output is stored; empty: as it is, whatever the others are.
struct OpLayout {
  std::vector<Permutation> inputs, outputs;
};

/// The layout in which the operator runs when tensor `known`, one of its inputs or outputs, is stored by p. Nothing if there is none.
/// With the identity it is the identity.
std::optional<OpLayout> layout_of(const Editor& e, const ir::Op& op, int32_t known, const Permutation& p);

/// Changes axes, paddings and constants for the layout; also the rows of a FULLY_CONNECTED whose result a RESHAPE makes an image of.
/// Computed inputs and the outputs stay the tensors that they are; `dims` are the dimensions as they were before anything was changed,
/// by tensor.
void apply_layout(Editor& e, ir::Op& op, const OpLayout& layout, const std::vector<ir::Dims>& dims);

/// How the result of RESHAPE is stored if its input is stored by p, and the bytes do not move. Nothing if they would have to.
std::optional<Permutation> through_reshape(const ir::Dims& from, const ir::Dims& to, const Permutation& p);

}  // namespace midge
