// Sliding windows of convolutions and poolings, as the passes look at them.
#pragma once
#include <optional>

#include "compiler/ir/graph.h"

namespace midge {

/// Height and width of a window, in this order.
struct Windows {
  int64_t taps[2], stride[2], dilation[2];
  int64_t extent(int a) const { return (taps[a] - 1) * dilation[a] + 1; }
};

/// Of CONV_2D, DEPTHWISE_CONV_2D and the poolings with a rank-4 input and known dimensions. Nothing where the options make no sense.
std::optional<Windows> windows_of(const ir::Graph& graph, const ir::Op& op);

struct SamePadding {
  int64_t outputs, before, total;
};
/// What SAME does along one axis.
SamePadding same_padding(int64_t input, int64_t extent, int64_t stride);

/// VALID, or SAME where that pads nothing.
bool reads_no_padding(const ir::Graph& graph, const ir::Op& op);

}  // namespace midge
