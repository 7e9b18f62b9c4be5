// An .onnx file's bytes as a Source. Facts of the format: numbers of messages' fields, in protobuf.cc.
#pragma once
#include <span>
#include <string>

#include "compiler/import/onnx/source.h"

namespace midge::onnx {

/// `file` is where side files with tensors are looked for, beside it and below, and what messages name. DiagnosticError (exit 1).
Source read_protobuf(std::span<const uint8_t> bytes, const std::string& file);

}  // namespace midge::onnx
