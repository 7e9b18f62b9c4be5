// GREATER_EQUAL: the variants.
#include "ops/greater_equal/greater_equal.h"

#include "ops/registry.h"

MIDGE_REGISTER(greater_equal, midge::Ordering<midge::GreaterEqual>::kAll)
