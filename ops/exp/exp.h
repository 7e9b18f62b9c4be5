// EXP: out = e^x
//
// Types: int8 and int16, by tables (ops/common/table.h); float32.
#pragma once
#include "ops/common/table.h"
#include "ops/common/unary.h"
