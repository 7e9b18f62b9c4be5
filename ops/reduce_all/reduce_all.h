// REDUCE_ALL: out = whether all of the input's elements over the axes of the second input are true, see ops/common/reduce.h.
//
// Types: bool.
#pragma once
#include "ops/common/reduce.h"
