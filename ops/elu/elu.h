// ELU: out = x where x >= 0, else e^x - 1
//
// Types: int8, by a table (ops/common/table.h), of e^x - 1 rounded once under `litert`, of e^x rounded, less 1, under `tflm`; float32.
#pragma once
#include "ops/common/table.h"
#include "ops/common/unary.h"
