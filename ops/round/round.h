// ROUND: out = the integer nearest to x, ties to even. float32.
#pragma once
#include "ops/common/unary.h"
