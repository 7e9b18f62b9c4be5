// Which tensors of a quantised graph and of its float reference hold the same values.
//
// Inputs and outputs go by position. Others go by name, moved past an activation where one graph has it fused and the other apart.
// What is left goes by structure: the operators that compute something, in their order, are aligned by what they are and how many
// elements they make. Graphs that were optimised differently keep most of their tensors in common; what has no counterpart is left
// out, never guessed.
#pragma once
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

enum class MatchedBy : uint8_t { kPosition, kName, kStructure };
const char* matched_by_name(MatchedBy how);

struct TensorMatch {
  int32_t quantized = -1, reference = -1;
  MatchedBy how = MatchedBy::kName;
  /// Dimension i of the quantised tensor is dimension turned[i] of the reference. Empty: their elements have the same order.
  std::vector<int32_t> turned;
};

/// In the order in which the quantised graph computes them; inputs first. Only tensors that hold numbers, none of them constants.
std::vector<TensorMatch> match_tensors(const ir::Graph& quantized, const ir::Graph& reference);

/// The permutation that takes dimensions `from` to `to` (to[i] = from[p[i]]): empty where the order of elements stays, as far as
/// dimensions can tell; else channels-first to channels-last or back. False if the dimensions do not fit at all.
bool find_turn(const ir::Dims& from, const ir::Dims& to, std::vector<int32_t>* turn);

/// Elements of `samples` samples of dimensions `from` in the order of the turned tensor.
std::vector<float> turn_elements(std::span<const float> values, const ir::Dims& from, const std::vector<int32_t>& turn, size_t samples);

}  // namespace midge
