// What each channel of each tensor can be: bounds that hold for every input of the network, proved from the graph alone.
//
// A channel is a slice of a tensor's last axis. For int8 tensors the bounds are stored values and exact under both rounding contracts:
// accumulators are bounded over integers, and what the device's kernels make of a bound is asked from them (OneOp), with every way in
// which a window can hang over the border taken apart. For float tensors a bound may be infinite, and is widened by more than rounding.
// Tensors of other types are not analysed: their bounds are what the type holds.
//
// Cost: about nine times the weights, not times the positions.
#pragma once
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

struct ChannelRange {
  std::vector<double> low, high;  ///< one a channel; empty: nothing is known of this tensor

  /// The channel has one value, at every position, for every input.
  bool constant(size_t channel) const { return channel < low.size() && low[channel] == high[channel]; }
};

/// One entry a tensor of the graph. Only operators with `runs` are looked at (channel_roles.h: runs_as_said).
std::vector<ChannelRange> channel_ranges(const ir::Graph& graph, const std::vector<bool>& runs);

/// The taps of a window that lie inside the input, for one output position: [first, last).
struct TapRange {
  int32_t first, last;
  bool operator==(const TapRange&) const = default;
};

/// Every way in which the windows along one axis overlap with the input, once each. `same` is the padding.
std::vector<TapRange> tap_ranges(int32_t input, int32_t output, int32_t kernel, int32_t stride, int32_t dilation, bool same);

/// Of a convolution, along each axis.
std::vector<TapRange> tap_ranges_h(const ir::Op& op, const ir::Tensor& x, const ir::Tensor& w, const ir::Tensor& y);
std::vector<TapRange> tap_ranges_w(const ir::Op& op, const ir::Tensor& x, const ir::Tensor& w, const ir::Tensor& y);

/// A constant's elements as numbers: int8, int16, int32, int64 or float32; empty for other types.
std::vector<double> constant_values(const ir::Tensor& t);

}  // namespace midge
