// LOGICAL_AND: out = a && b for bool, the operands' shapes broadcast as in NumPy, up to rank 6.
#pragma once
#include "ops/common/pairs.h"
