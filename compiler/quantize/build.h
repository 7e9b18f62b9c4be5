// One recipe carried out: from a float graph, statistics and samples to the integer graph.
#pragma once
#include "compiler/quantize/layerwise.h"
#include "compiler/quantize/statistics.h"

namespace midge {

struct Material {
  const ir::Graph& graph;
  const Statistics& statistics;           ///< by the graph's tensors
  const std::vector<Activation32>& inputs;
  size_t samples;
  uint64_t calibrated;                    ///< how many samples the statistics are of
  unsigned threads;
};

struct Built {
  ir::Graph graph;  ///< float, as prepared
  Plan plan;
  std::map<size_t, LayerWeights> layers;
};

Built build(const Material& material, const Recipe& recipe, const RangeFactors& factors, std::vector<Diagnostic>& warnings);

}  // namespace midge
