// LOG: out = the natural logarithm of x
//
// Types: int8 and int16, by tables (ops/common/table.h), where x <= 0 gives the smallest output; float32, where it gives -infinity or NaN.
#pragma once
#include "ops/common/table.h"
#include "ops/common/unary.h"
