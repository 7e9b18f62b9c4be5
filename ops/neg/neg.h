// NEG: out = -x
//
// Types: float32; int8, int16, int32, int64: the integers themselves, whatever their scales. The smallest one stays as it is.
#pragma once
#include "ops/common/unary.h"
