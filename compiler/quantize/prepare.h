// Exact changes to a float graph that make it quantise better.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "compiler/quantize/plan.h"
#include "compiler/quantize/statistics.h"

namespace midge {

/// Each weighted operator gets constants of its own (a shared weight has one scale for all its readers) and a bias; a pooling over the
/// whole image becomes MEAN where the recipe wants it, so that the pooled output has a scale of its own.
void prepare_for_quantization(ir::Graph& graph, const Recipe& recipe);

struct EqualizeOptions {
  double depthwise_power = 1, power = 0.5;  ///< how far channels are drawn towards the largest; before a depthwise convolution, and else
  double floor = 0.02;  ///< a channel grows at most by 1 / floor: what fired little in calibration may fire more later
  double headroom = 1;  ///< a channel grows to 1 / headroom of the largest
};

/// Cross-layer equalisation: channels of a layer's output are scaled up to the largest and the next layer's weights down, where
/// nothing but a positive-homogeneous activation lies between. Returns the factors by which each tensor's channels were divided.
std::map<int32_t, std::vector<float>> equalize(ir::Graph& graph, const Statistics& statistics, const EqualizeOptions& options);

}  // namespace midge
