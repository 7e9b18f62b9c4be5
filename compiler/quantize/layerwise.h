// Quantises the weights, layer after layer, each with the inputs that it will have: those of the layers before it, quantised.
//
// The network runs on some samples with every tensor rounded to its integers (as the integer kernels would give them, but for their
// own rounding of the last bit). A layer's weights are rounded against the covariance of these inputs; its bias then makes good what
// is left of the mean error. Memory: the samples' activations between two layers, and one matrix of inputs x inputs of a layer.
#pragma once
#include <map>
#include <vector>

#include "compiler/execute/executor.h"
#include "compiler/quantize/plan.h"

namespace midge {

struct LayerWeights {
  std::vector<int8_t> q;      ///< in the layout of the float weights
  std::vector<float> scales;  ///< one a channel
  std::vector<float> bias;
  int limit = 127;
};

struct LayerwiseOptions {
  int sweeps = 20;              ///< of coordinate descent
  size_t most_positions = 4096; ///< of a layer that the covariance is taken over, at least; eight times its depth at most
  unsigned threads = 0;
};

/// The float means of tensors over samples: each an average sample. Inputs of layers only.
using MeanSamples = std::map<int32_t, std::vector<float>>;

/// By operator. `inputs` holds `samples` samples; `means` are of the same samples. The plan's scales are set.
std::map<size_t, LayerWeights> quantize_layers(const ir::Graph& graph, const Plan& plan, std::span<const Activation32> inputs,
                                               size_t samples, const MeanSamples& means, const LayerwiseOptions& options);

/// Rounds real values to the integers of a scale and back.
void fake_quantize(std::span<float> values, const ir::Quantization& quantization, Type type);

/// The scale of the bias's integers and the weights' must hold the bias: the least scale of weights that does.
double least_weight_scale(double bias, double input_scale);

}  // namespace midge
