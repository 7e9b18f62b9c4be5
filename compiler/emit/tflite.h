// A module as the bytes of a .tflite file. The same module gives the same bytes.
#pragma once
#include "compiler/ir/graph.h"

namespace midge {

/// Constants that are equal share a buffer; each is aligned to 16 bytes. DiagnosticError (exit 1) if the file would pass 2 GB.
ir::Bytes emit_tflite(const ir::Module& module);

/// The lowest version of the operator that knows its types and options, as LiteRT counts them.
int32_t operator_version(const ir::Op& op, const ir::Graph& graph);

}  // namespace midge
