// Layer: a CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED as what they all are: each output is a dot product of a channel's weights
// with a patch of the input. Patches are zero where they leave the input.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

struct Layer {
  int32_t input = -1, weights = -1, bias = -1, output = -1;
  size_t channels = 0;       ///< of the output
  size_t depth = 0;          ///< weights of a channel
  size_t groups = 1;         ///< runs of channels that read the same input channels
  size_t group_depth = 0;    ///< input channels of a group
  size_t in_channels = 0;
  int32_t in_h = 1, in_w = 1, out_h = 1, out_w = 1, kernel_h = 1, kernel_w = 1;
  int32_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, before_h = 0, before_w = 0;
  size_t batch = 1;          ///< images of a sample
  bool channels_last = false;  ///< the weights' channels are their last dimension

  size_t positions() const { return batch * static_cast<size_t>(out_h) * static_cast<size_t>(out_w); }
  size_t group_of(size_t channel) const { return channel / (channels / groups); }
  size_t weight(size_t channel, size_t k) const { return channels_last ? k * channels + channel : channel * depth + k; }
  size_t sample_size() const { return batch * static_cast<size_t>(in_h) * static_cast<size_t>(in_w) * in_channels; }
  /// The inputs of one output position, in the order of a channel's weights.
  void patch(const float* sample, size_t position, size_t group, float* out) const;
  /// The mean of the patches of a group over all positions, of a sample that is the mean of samples.
  std::vector<double> mean_patch(std::span<const float> mean_sample, size_t group) const;
};

/// Nothing for another operator, or if the weights are not constants or the shapes do not fit.
std::optional<Layer> layer_of(const ir::Graph& graph, const ir::Op& op);

}  // namespace midge
