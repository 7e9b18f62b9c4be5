// ABS: out = |x|
//
// Types: int8 and int16, rescaled from the input's scale to the output's; int16 without scales; int32; float32. The smallest int16 without scale
// and the smallest int32 are their own absolute values.
#pragma once
#include "ops/common/unary.h"
