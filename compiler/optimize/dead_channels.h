// What the pass dead_channels removed, for reports.
#pragma once
#include <cstdint>

#include "compiler/ir/graph.h"

namespace midge {

struct DeadChannels {
  uint64_t channels = 0;  ///< of how many activations' channels were looked at
  uint64_t removed = 0;
};

/// Removes channels that cannot change any output of the graph, and says how many. Integer outputs keep every byte.
DeadChannels remove_dead_channels(ir::Graph& graph);

}  // namespace midge
