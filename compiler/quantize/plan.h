// Plan: which operators run in integers, and which tensors share a scale.
//
// A float tensor may be read by operators of different precision, so a scale belongs to a pair of tensor and integer type: a node.
// Operators whose kernels want equal scales tie nodes to a group. An input that cannot be tied (it has a scale that a kernel has
// built in, and other inputs have not) is rescaled on its way in: its edge has a group of its own.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/quantize/recipe.h"
#include "compiler/quantize/rules.h"
#include "report/diagnostic.h"

namespace midge {

struct OpPlan {
  Type type = Type::kFloat32;  ///< of its activations: kInt8, kInt16, or kFloat32 where it stays float
  const QuantizationRule* rule = nullptr;
  LayerRecipe recipe;
};

struct ScaleGroup {
  Type type = Type::kInt8;
  bool fixed = false;
  ir::Quantization quantization;       ///< known at once if fixed, else from the ranges
  std::vector<int32_t> tensors;        ///< that are computed, or graph inputs
  std::vector<int32_t> constants;      ///< that take the group's scale
  RangeMethod range = RangeMethod::kMse;
  double percentile = 99.99;
};

struct Plan {
  std::vector<OpPlan> ops;
  std::vector<ScaleGroup> groups;
  std::vector<Type> native;  ///< of each tensor: what its producer makes; of a graph input, what its readers want
  std::map<std::pair<int32_t, Type>, size_t> group_of;  ///< by tensor and type; constants have none of their own
  std::map<std::pair<size_t, size_t>, size_t> edges;  ///< by operator and input: every activation input of an integer operator

  /// The group of what an operator's output `tensor` is stored as; null if it stays float.
  const ScaleGroup* stored(int32_t tensor) const;
};

/// The recipe of an operator: the first glob that matches one of its outputs' names, its source or its operator's name.
const LayerRecipe& recipe_for(const Recipe& recipe, const ir::Graph& graph, const ir::Op& op);

Plan make_plan(const ir::Graph& graph, const Recipe& recipe, std::vector<Diagnostic>& warnings);

/// '*' is any text, '?' any one character.
bool glob_matches(const std::string& pattern, const std::string& text);

}  // namespace midge
