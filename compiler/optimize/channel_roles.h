// How an operator's output channels depend on its input channels, a channel being a slice of the last axis.
#pragma once
#include "compiler/ir/graph.h"

namespace midge {

enum class ChannelRole : uint8_t {
  kOpaque,       ///< reads all channels, and makes all
  kWeighted,     ///< each output reads all inputs, through constant weights: CONV_2D, FULLY_CONNECTED
  kDepthwise,    ///< output channel c * multiplier + m reads input c
  kChannelwise,  ///< output channel c reads channel c of each input
  kFlatten,      ///< RESHAPE into one axis: output p * channels + c is channel c
  kConcatenate,  ///< along the channels
};

/// The device's kernel takes the operator, and makes outputs of the dimensions that the graph says. What follows relies on it.
bool runs_as_said(const ir::Graph& graph, const ir::Op& op);

/// Of an operator that runs as said.
ChannelRole channel_role(const ir::Graph& graph, const ir::Op& op);

/// An elementwise operator's second operand is a constant that has the channels on its last axis.
bool has_channel_constant(const ir::Graph& graph, const ir::Op& op);

}  // namespace midge
