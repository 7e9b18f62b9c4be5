// Keras models as modules: .keras archives (Keras 2.12 and newer) and .h5 files, read without TensorFlow.
//
// An archive holds config.json (layers and how they are connected) and model.weights.h5; an .h5 file has the same JSON in the attribute
// model_config and its weights under model_weights. Sequential and functional models, nested ones too. layers.def lists the layers.
#pragma once
#include "compiler/import/import.h"

namespace midge {

/// DiagnosticError (exit 1) with the layer's name where something is damaged or not supported.
Imported import_keras(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options);

}  // namespace midge
