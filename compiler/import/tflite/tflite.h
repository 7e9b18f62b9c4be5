// A .tflite file as a module. What the file says is kept: names, quantisation, options, versions, metadata.
#pragma once
#include <span>
#include <string>

#include "compiler/ir/graph.h"

namespace midge {

/// `file` stands in messages. DiagnosticError (exit 1) if the file is not accepted.
ir::Module import_tflite(std::span<const uint8_t> bytes, const std::string& file);

}  // namespace midge
