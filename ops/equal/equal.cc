// EQUAL: the variants.
#include "ops/equal/equal.h"

#include "ops/registry.h"

MIDGE_REGISTER(equal, midge::Equality<midge::Equal>::kAll)
