// EXPAND_DIMS: the same elements with a dimension of 1 inserted at a constant axis. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"
