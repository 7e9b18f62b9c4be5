// What makes a module sound. Runs after each stage of the converter, in every build: a pass that breaks a graph is found where it did.
#pragma once
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "report/diagnostic.h"

namespace midge {

/// Everything that is wrong: indices, order, tensors made twice or never, sizes of constants, quantisation, dimensions, options,
/// signatures.
std::vector<Diagnostic> verify(const ir::Module& module);

/// Deeper and slower, of a module that verify() finds sound: each operator as the device's prepare() sees it. A finding for each that no
/// kernel takes, and for each output whose dimensions are not those that prepare() gives it.
std::vector<Diagnostic> verify_kernels(const ir::Module& module);

/// DiagnosticError with the first finding and the stage after which it was found. Exit 2, a bug of the converter; after the stage
/// "import" exit 1, for then it was in the file.
void require_sound(const ir::Module& module, const std::string& stage);

}  // namespace midge
