// SELECT: out = condition ? x : y, with x and y of one shape. The condition is bool and has that shape too, or is a scalar, or a
// vector that decides about all of x[i] and y[i]. x and y are of any type of 1, 2, 4 or 8 bytes, moved as they are.
#pragma once
#include "ops/common/select.h"
