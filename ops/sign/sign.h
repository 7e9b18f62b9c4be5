// SIGN: out = -1, 0 or 1. float32 (NaN stays), int32.
#pragma once
#include "ops/common/unary.h"
