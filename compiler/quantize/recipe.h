// A recipe: how each layer is quantised. As JSON, with globs over tensor or operator names; the first entry that matches counts.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

enum class Scheme : uint8_t { kInt8, kInt16x8, kInt4Weights, kDynamicRange, kFloat16Weights, kFloat };
enum class RangeMethod : uint8_t { kMinMax, kPercentile, kMse, kEntropy, kMovingAverage };
enum class Rounding : uint8_t { kNearest, kSequential, kGptq, kCoordinateDescent };

struct LayerRecipe {
  Scheme scheme = Scheme::kInt8;
  RangeMethod range = RangeMethod::kMse;
  double percentile = 99.99;  ///< of RangeMethod::kPercentile
  Rounding rounding = Rounding::kSequential;
  bool bias_correction = true;
  bool own_pool_scale = true;  ///< MEAN where AVERAGE_POOL_2D would force the input's scale on a pooled output
};

struct Recipe {
  std::string name = "auto";  ///< "auto": several are tried and the best by held-out SQNR is taken
  bool equalize = true;       ///< cross-layer equalisation
  LayerRecipe all;
  std::vector<std::pair<std::string, LayerRecipe>> layers;  ///< glob over the operator's output tensor name or its source
};

/// DiagnosticError (exit 2) with the line and what is allowed.
Recipe parse_recipe(const std::string& json, const std::string& file);
std::string to_json_text(const Recipe& recipe);

}  // namespace midge
