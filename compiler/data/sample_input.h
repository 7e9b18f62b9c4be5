// What a sample must be for each input of a graph, and how an array of another layout becomes that.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

struct SampleInput {
  std::string name;
  /// What the sources give: float32 for floats and for quantised inputs, whose samples are real values, or the tensor's integer type.
  Type type = Type::kFloat32;
  ir::Dims dims;         ///< the graph's
  ir::Dims source_dims;  ///< the source model's; the same where nothing was turned
  std::vector<int32_t> permutation;  ///< graph dimension i is source dimension permutation[i]; empty: the same
  size_t elements = 0;

  size_t bytes() const { return elements * type_bytes(type); }
};

/// One a graph input. DiagnosticError (exit 1) for an open dimension, a string, or a graph without inputs.
std::vector<SampleInput> sample_inputs(const ir::Module& module);

/// How an array's sample becomes the graph's: element i of the graph's is element gather[i] of the array's; empty: in order.
struct Gather {
  std::vector<uint32_t> from;
};

/// Nothing where a sample of these dimensions does not fit. They fit if they are the source model's or the graph's, whatever
/// dimensions of size 1 are there or not; where both fit, the source model's are meant.
std::optional<Gather> fit_sample(const SampleInput& input, std::span<const uint64_t> dims);

/// "(N,49,10,1)": arrays that would fit, for messages.
std::string fitting_shapes(const SampleInput& input);

}  // namespace midge
