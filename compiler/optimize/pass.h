// A pass: one change to a graph that keeps what it computes. One file each, listed in passes.def in the order in which they run.
//
// On float graphs a pass may reorder float arithmetic (folding a scale into weights); on quantised tensors it must keep every byte
// of every output. A pass decides by the types that it sees.
#pragma once
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "report/diagnostic.h"

namespace midge {

struct PassContext {
  ir::Module& module;
  std::vector<Diagnostic>& warnings;
  /// Graph inputs and outputs keep their dimensions; else channels-first ones may become channels-last, which Module::io records.
  bool keep_layout = false;
};

/// Returns whether it changed the graph. Leaves it sound: verify() runs after each pass, in every build.
using PassFunction = bool (*)(ir::Graph& graph, PassContext& context);

struct PassInfo {
  const char* name;
  const char* what;  ///< one sentence, for --list-passes and the docs
  PassFunction run;
};

/// In the order of passes.def.
std::vector<PassInfo> all_passes();

/// Runs the passes again and again until none changes anything. Which did, and how often, is appended to `log` if it is given.
void optimize(ir::Module& module, std::vector<Diagnostic>& warnings, bool keep_layout = false, std::vector<std::string>* log = nullptr);

}  // namespace midge
