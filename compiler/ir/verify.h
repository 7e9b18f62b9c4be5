// What makes a module sound. Runs after each stage of the converter, in every build: a pass that breaks a graph is found where it did.
#pragma once
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "report/diagnostic.h"

namespace midge {

/// Everything that is wrong: indices, order, tensors made twice or never, sizes of constants, quantisation, dimensions.
std::vector<Diagnostic> verify(const ir::Module& module);

/// DiagnosticError (exit 2: a bug of the converter) with the first finding and the stage after which it was found.
void require_sound(const ir::Module& module, const std::string& stage);

}  // namespace midge
