// PACK: inputs of one shape stacked along a new axis. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/pieces.h"
