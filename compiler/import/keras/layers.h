// The converters of layers.def.
#pragma once
#include "compiler/import/keras/builder.h"

namespace midge::keras {

#define MIDGE_KERAS(name, function) Tensors convert_##function(const Layer& layer, const Tensors& inputs);
#include "compiler/import/keras/layers.def"

/// The one input.
int32_t only(const Layer& layer, const Tensors& inputs);

}  // namespace midge::keras
