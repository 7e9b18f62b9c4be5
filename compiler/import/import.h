// From a file of any supported format to a module. An importer is a folder here and a line in formats.def.
//
// What an importer makes: float32 (or already quantised) operators of the .tflite format, shapes fixed, in an order in which they
// can run. Convolutions and poolings of channels-first formats stand between TRANSPOSE operators, one pair an operator: optimize/
// moves these away. Batch normalisation may stay MUL and ADD, a padding PAD: optimize/ folds them. Simple importers, one place for
// cleverness.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "report/diagnostic.h"

namespace midge {

struct ImportOptions {
  /// Sizes for inputs with open dimensions, by input name; "" for the only input. An open first dimension alone becomes 1.
  std::map<std::string, ir::Dims> input_dims;
};

struct Imported {
  ir::Module module;
  std::vector<Diagnostic> warnings;
  bool channels_first = false;  ///< by the format's custom: inputs and outputs of rank 3 and 4 may be turned to channels-last
};

/// By the contents of the file, not by its name. DiagnosticError: exit 2 if it cannot be read, 1 if it cannot be imported; the
/// diagnostic names the node and a way out.
Imported import_model(const std::string& path, const ImportOptions& options = {});

}  // namespace midge
