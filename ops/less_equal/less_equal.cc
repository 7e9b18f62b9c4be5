// LESS_EQUAL: the variants.
#include "ops/less_equal/less_equal.h"

#include "ops/registry.h"

MIDGE_REGISTER(less_equal, midge::Ordering<midge::LessEqual>::kAll)
