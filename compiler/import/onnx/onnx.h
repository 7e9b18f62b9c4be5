// An .onnx file as a module of the graph's operators.
#pragma once
#include <span>
#include <string>

#include "compiler/import/import.h"

namespace midge {

/// `file` stands in messages, and side files with tensors are looked for beside it. DiagnosticError (exit 1).
Imported import_onnx(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options);

namespace onnx {
struct Source;
}
/// The same for a model that has been read; .ort files are.
Imported import_source(onnx::Source source, const std::string& file, const ImportOptions& options);

}  // namespace midge
