// LESS: the variants.
#include "ops/less/less.h"

#include "ops/registry.h"

MIDGE_REGISTER(less, midge::Ordering<midge::Less>::kAll)
