// Keras models: .keras archives and HDF5 files (.h5) with a model_config, of Keras 2 and 3. No TensorFlow is needed.
//
// layers.def lists the layers. Everything becomes float32 with fixed dimensions; an open batch becomes 1.
#pragma once
#include <span>

#include "compiler/import/import.h"

namespace midge {

/// DiagnosticError (exit 1) names the layer that cannot be imported and a way out. The file may hold anything.
Imported import_keras(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options);

}  // namespace midge
