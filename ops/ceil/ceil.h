// CEIL: out = the smallest integer from x on. float32.
#pragma once
#include "ops/common/unary.h"
