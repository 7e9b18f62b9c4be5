// Choosing among recipes: each is carried out on four fifths of the samples and judged on the rest, on the integer kernels.
#pragma once
#include "compiler/quantize/calibration.h"
#include "compiler/quantize/judge.h"
#include "compiler/quantize/quantize.h"

namespace midge {

struct Selection {
  Recipe recipe;
  RangeFactors factors;
  std::vector<Trial> trials;
  std::string reason;
};

/// For a recipe of the name "auto"; one that is given is only recovered. By the error before the last softmax: after it, what
/// a few ambiguous samples do drowns all else.
Selection select_recipe(const ir::Graph& graph, const Calibration& calibration, const QuantizeOptions& options);

}  // namespace midge
