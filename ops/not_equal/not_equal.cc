// NOT_EQUAL: the variants.
#include "ops/not_equal/not_equal.h"

#include "ops/registry.h"

MIDGE_REGISTER(not_equal, midge::Equality<midge::NotEqual>::kAll)
