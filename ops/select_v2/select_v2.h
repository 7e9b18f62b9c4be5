// SELECT_V2: out = condition ? x : y, the three shapes broadcast as in NumPy, up to rank 6. The condition is bool; x and y are
// of any type of 1, 2, 4 or 8 bytes, moved as they are.
#pragma once
#include "ops/common/select.h"
