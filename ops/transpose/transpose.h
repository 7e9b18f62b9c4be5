// TRANSPOSE: dimension d of the output is dimension perm[d] of the input. Any type of 1, 2, 4 or 8 bytes; perm is a constant.
#pragma once
#include "ops/common/movement.h"
