// What a .tflite file may hold and a module cannot: found and named, so that nothing is lost in silence.
#pragma once
#include <string>

#include "model/table.h"

namespace midge {

/// DiagnosticError (exit 1) for sparse or external constants, quantisation by blocks, variants, and options of operators that
/// options.def does not know. `root` is the file's first table, of a file that Model::open() has accepted.
void refuse_what_is_not_kept(const Table& root, const std::string& file);

}  // namespace midge
