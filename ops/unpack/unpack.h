// UNPACK: the slices along an axis, as tensors without that dimension. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/pieces.h"
