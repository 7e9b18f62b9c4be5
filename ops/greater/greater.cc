// GREATER: the variants.
#include "ops/greater/greater.h"

#include "ops/registry.h"

MIDGE_REGISTER(greater, midge::Ordering<midge::Greater>::kAll)
