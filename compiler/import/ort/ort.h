// An .ort file, ONNX Runtime's own FlatBuffers form of a model, versions 5 and later.
#pragma once
#include <span>
#include <string>

#include "compiler/import/import.h"

namespace midge {

/// `file` stands in messages. DiagnosticError (exit 1).
Imported import_ort(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options);

}  // namespace midge
