// REDUCE_ANY: out = whether any of the input's elements over the axes of the second input is true, see ops/common/reduce.h.
//
// Types: bool.
#pragma once
#include "ops/common/reduce.h"
